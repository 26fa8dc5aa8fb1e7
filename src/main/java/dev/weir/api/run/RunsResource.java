package dev.weir.api.run;

import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.access.RequestGate;
import dev.weir.api.form.BodyLimits;
import dev.weir.api.form.Query;
import dev.weir.api.form.RunRequest;
import dev.weir.api.response.TakenResponse;
import dev.weir.runtime.Settings;
import dev.weir.security.Access;
import dev.weir.workflow.Run;
import dev.weir.workflow.Runs;
import dev.weir.workflow.TaskRegistry;
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
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Starts runs. The request's thread takes the response from JAX-RS. It admits the run if the body is small and has arrived; no
 * thread waits for any other body. A {@link RunResponder} answers in tasks, and no thread waits for a run. A failure before the
 * response is taken is answered by JAX-RS, like the failure of any resource.
 *
 * <p>The resource declares no {@code @Produces}, so that {@code Accept} does not matter.
 */
@Path("workflows/runs")
@ApplicationScoped
public class RunsResource {
    @Inject
    private Runs runs;

    @Inject
    private TaskRegistry tasks;

    @Inject
    private ProblemDocuments problems;

    @Inject
    private Settings settings;

    @Inject
    private RequestIntake intake;

    /** Starts a run and answers with its output, which may be a stream, or with its task. */
    @POST
    public void run(
            @HeaderParam(HttpHeaders.ACCEPT) @Nullable String accept, @Context HttpServletRequest servletRequest) {
        Access access = RequestGate.required(servletRequest);
        TakenResponse response = TakenResponse.of(servletRequest);
        HttpServletRequest own = response.servletRequest();
        String contentType = own.getContentType();
        RunResponder responder = intake.responder(response, access, problems);
        intake.receive(own, access, responder, body -> {
            RunRequest request = RunRequest.read(contentType, body, BodyLimits.of(settings));
            boolean isRead = !body.uploads().isEmpty();
            Run run = runs.admit(request.workflowId(), request.input(), access, body::close);
            if (isRead) {
                run.markInputTemporary();
            }
            responder.answer(form(request, accept), run);
        });
    }

    private RunForm form(RunRequest request, @Nullable String accept) {
        return new RunApiForm(request, accept == null ? "" : accept, problems);
    }

    /**
     * Starts a run for clients that can only send GET, such as a browser's EventSource. Events have ids. A client that reconnects
     * with its last id continues its run instead of starting another.
     */
    @GET
    public void get(
            @HeaderParam(LastEventId.HEADER) @Nullable String lastEventId,
            @HeaderParam(HttpHeaders.ACCEPT) @Nullable String accept,
            @Context HttpServletRequest servletRequest) {
        requireGetRuns();
        Access access = RequestGate.required(servletRequest);
        TakenResponse response = TakenResponse.of(servletRequest);
        if (lastEventId != null && !lastEventId.isBlank()) {
            resume(response, LastEventId.ofRun(lastEventId), access);
            return;
        }
        RunRequest request = RunRequest.query(Query.of(servletRequest), BodyLimits.of(settings));
        RunResponder responder = intake.responder(response, access, problems);
        try {
            responder.answer(
                    form(request, accept), runs.admit(request.workflowId(), request.input(), access, () -> {}));
        } catch (RuntimeException | Error e) {
            responder.refuse(WeirException.of(e));
        }
    }

    /** Continues a stream after the last event that its client has received. */
    private void resume(TakenResponse response, LastEventId last, Access access) {
        Run run = tasks.get(last.taskId(), access.caller());
        if (last.hasAllEventsOf(run)) {
            return;
        }
        RunResponder responder = intake.responder(response, access, problems);
        try {
            responder.resume(run, run.follow(last.number()));
        } catch (RuntimeException | Error e) {
            responder.refuse(WeirException.of(e));
        }
    }

    /** Refuses HEAD, which must not start a run. */
    @HEAD
    public void head() {
        throw notAllowed();
    }

    private void requireGetRuns() {
        if (!settings.requests().getRuns()) {
            throw notAllowed();
        }
    }

    private NotAllowedException notAllowed() {
        String[] others = settings.requests().getRuns()
                ? new String[] {HttpMethod.GET, HttpMethod.OPTIONS}
                : new String[] {HttpMethod.OPTIONS};
        return new NotAllowedException(HttpMethod.POST, others);
    }
}
