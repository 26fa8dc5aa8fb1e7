package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.security.Access;
import dev.weir.security.Caller;
import dev.weir.sse.EventFraming;
import dev.weir.stream.Delivery;
import dev.weir.workflow.EventReader;
import dev.weir.workflow.Run;
import dev.weir.workflow.TaskRegistry;
import dev.weir.workflow.WorkflowRunner;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts runs. The request's thread only reads a small body that has arrived; another holds no thread until it is there. A thread of the run pool drives the run and answers,
 * as soon as the run has a place.
 *
 * <p>The response is suspended until the run has its first chunk, its value or its failure, so that whatever fails before
 * that has its own status. Nothing is declared to be produced, so that {@code Accept} does not matter.
 */
@Path("workflows/runs")
@ApplicationScoped
public class RunsResource {
    @Inject
    private WorkflowRunner runner;

    @Inject
    private TaskRegistry tasks;

    @Inject
    private Problems problems;

    @Inject
    private Pools pools;

    @Inject
    private Settings settings;

    @Inject
    private IncomingBodies bodies;

    /** Starts a run and answers with its output, as a stream where it is one, or with its task. */
    @POST
    public void run(
            @Suspended AsyncResponse response,
            @HeaderParam(HttpHeaders.ACCEPT) @Nullable String accept,
            @Context HttpServletRequest servletRequest) {
        Access access = Gate.required(servletRequest);
        HttpServletRequest own = BodilessRequest.withBody(servletRequest);
        String contentType = own.getContentType();
        response.setTimeout(0, TimeUnit.SECONDS);
        bodies.receive(own, access, body -> run(response, contentType, body, access, accept), response::resume);
    }

    private void run(
            AsyncResponse response,
            @Nullable String contentType,
            ReceivedBody body,
            Access access,
            @Nullable String accept) {
        try {
            RunRequest request = RunRequest.read(contentType, body, BodyLimits.of(settings));
            Run run = runner.admit(request.workflowId(), request.input(), access);
            run.readsFrom(body::close);
            answer(response, request, run, accept);
        } catch (RuntimeException | Error e) {
            body.close();
            response.resume(e);
        }
    }

    /**
     * The same for clients that can only GET, such as a browser's EventSource: events carry ids, and a client that comes back
     * with the last of them continues its run instead of starting another.
     */
    @GET
    public void get(
            @Suspended AsyncResponse response,
            @HeaderParam(LastEventId.HEADER) @Nullable String lastEventId,
            @HeaderParam(HttpHeaders.ACCEPT) @Nullable String accept,
            @Context HttpServletRequest servletRequest) {
        requireGetRuns();
        if (lastEventId != null && !lastEventId.isBlank()) {
            goOn(response, LastEventId.ofRun(lastEventId), Gate.caller(servletRequest));
            return;
        }
        response.setTimeout(0, TimeUnit.SECONDS);
        RunRequest request = RunRequest.query(Query.of(servletRequest), BodyLimits.of(settings));
        answer(
                response,
                request,
                runner.admit(request.workflowId(), request.input(), Gate.required(servletRequest)),
                accept);
    }

    /** A request for headers alone must not start a run. */
    @HEAD
    public void head() {
        throw notAllowed();
    }

    private void requireGetRuns() {
        if (!settings.getRuns()) {
            throw notAllowed();
        }
    }

    private NotAllowedException notAllowed() {
        String[] others = settings.getRuns()
                ? new String[] {HttpMethod.GET, HttpMethod.OPTIONS}
                : new String[] {HttpMethod.OPTIONS};
        return new NotAllowedException(HttpMethod.POST, others);
    }

    private void answer(AsyncResponse response, RunRequest request, Run run, @Nullable String accept) {
        Responder responder =
                new Responder(request, run, accept == null ? "" : accept, runner, problems, settings, pools);
        if (runner.start(run, () -> begin(responder, response))) {
            responder.toldToWait(response);
        }
    }

    /** Never throws: whoever freed a place for this run has its own work to do. */
    private void begin(Responder responder, AsyncResponse response) {
        try {
            pools.runs().execute(() -> responder.answer(response));
        } catch (RejectedExecutionException e) {
            responder.refuse(response, noThread(settings, e));
        } catch (RuntimeException | Error e) {
            responder.refuse(response, WeirException.of(e));
        }
    }

    static WeirException noThread(Settings settings, RejectedExecutionException cause) {
        return new WeirException(
                ErrorCode.TOO_MANY_RUNS,
                "all " + settings.maxRuns() + " threads for runs (weir.runs.max) are busy",
                cause);
    }

    /** Continues a stream behind the last event that its client has. */
    private void goOn(AsyncResponse response, LastEventId last, Caller caller) {
        Run run = tasks.get(last.taskId(), caller);
        if (last.isAll(run)) {
            response.resume(Response.noContent().build());
            return;
        }
        EventReader reader = run.follow(last.number());
        StreamBody body = new StreamBody(run, new Delivery(), problems, settings, pools);
        EventFraming framing = EventFraming.identified(
                StreamBody.framing(run.format(), Optional.empty()),
                run.taskId(),
                last.number(),
                reader.previous().orElse(null));
        response.setTimeout(0, TimeUnit.SECONDS);
        try {
            pools.runs().execute(() -> {
                try {
                    response.resume(body.continuation(reader, framing));
                } finally {
                    reader.close();
                }
            });
        } catch (RejectedExecutionException e) {
            reader.close();
            throw noThread(settings, e);
        }
    }
}
