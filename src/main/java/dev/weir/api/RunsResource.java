package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.security.Access;
import dev.weir.stream.Tasks;
import dev.weir.workflow.EventReader;
import dev.weir.workflow.Run;
import dev.weir.workflow.Runs;
import dev.weir.workflow.TaskRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Starts runs. The request's thread reads a body that has arrived, admits the run, and takes the response from JAX-RS; a
 * {@link RunResponder} answers in tasks, and no thread waits for a run. What fails before the response is taken is answered by
 * JAX-RS, as any failure of a resource.
 *
 * <p>Nothing is declared to be produced, so that {@code Accept} does not matter.
 */
@Path("workflows/runs")
@ApplicationScoped
public class RunsResource {
    @Inject
    private Runs runs;

    @Inject
    private TaskRegistry tasks;

    @Inject
    private Problems problems;

    @Inject
    private Pools pools;

    @Inject
    private Settings settings;

    @Inject
    private OpenAnswers open;

    /** Starts a run and answers with its output, as a stream where it is one, or with its task. */
    @POST
    public void run(
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String contentType,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) @DefaultValue("-1") long contentLength,
            @HeaderParam(HttpHeaders.ACCEPT) @Nullable String accept,
            @Context HttpServletRequest servletRequest) {
        LimitedBody.require(contentLength, settings.maxBodyBytes());
        Access access = Gate.required(servletRequest);
        TakenResponse response = TakenResponse.of(servletRequest);
        InputStream body = AccessFilter.body(servletRequest);
        if (hasArrived(body, contentLength)) {
            Uploads uploads = new Uploads();
            RunRequest request = read(contentType, body, uploads);
            Run run = admit(request, access, uploads);
            responder(response, access, accept).answer(request, run);
            return;
        }
        RunResponder responder = responder(response, access, accept);
        new Tasks(pools.bodies()).execute(() -> readAndRun(responder, contentType, body, access), refusal -> {
            responder.refuse(new WeirException(
                    ErrorCode.TOO_MANY_RUNS,
                    settings.maxRuns() + " requests (weir.runs.max) whose bodies are still to come are there already",
                    refusal));
        });
    }

    private static boolean hasArrived(InputStream body, long contentLength) {
        try {
            return contentLength >= 0 && body.available() >= contentLength;
        } catch (IOException e) {
            return false; // Who reads it says so.
        }
    }

    private void readAndRun(RunResponder responder, @Nullable String contentType, InputStream body, Access access) {
        try {
            Uploads uploads = new Uploads();
            RunRequest request = read(contentType, body, uploads);
            responder.answer(request, admit(request, access, uploads));
        } catch (RuntimeException | Error e) {
            responder.refuse(WeirException.of(e));
        }
    }

    private RunRequest read(@Nullable String contentType, InputStream body, Uploads uploads) {
        try {
            return RunRequest.read(contentType, body, BodyLimits.of(settings), uploads);
        } catch (RuntimeException | Error e) {
            uploads.close();
            throw e;
        }
    }

    private Run admit(RunRequest request, Access access, Uploads uploads) {
        boolean isRead = !uploads.isEmpty();
        Run run = runs.admit(request.workflowId(), request.input(), access, uploads::close);
        if (isRead) {
            run.copiesOutput();
        }
        return run;
    }

    /** Takes the response: from now on nothing may be thrown into JAX-RS. */
    private RunResponder responder(TakenResponse response, Access access, @Nullable String accept) {
        return new RunResponder(
                response.take(),
                access,
                accept == null ? "" : accept,
                new RunResponder.Services(runs, problems, open.responses(), pools.writing()));
    }

    /**
     * The same for clients that can only GET, such as a browser's EventSource: events carry ids, and a client that comes back
     * with the last of them continues its run instead of starting another.
     */
    @GET
    public void get(
            @Context UriInfo uri,
            @HeaderParam(LastEventId.HEADER) @Nullable String lastEventId,
            @HeaderParam(HttpHeaders.ACCEPT) @Nullable String accept,
            @Context HttpServletRequest servletRequest) {
        requireGetRuns();
        Access access = Gate.required(servletRequest);
        TakenResponse response = TakenResponse.of(servletRequest);
        if (lastEventId != null && !lastEventId.isBlank()) {
            resume(response, LastEventId.ofRun(lastEventId), access);
            return;
        }
        RunRequest request = RunRequest.query(uri.getRequestUri().getRawQuery(), BodyLimits.of(settings));
        Run run = runs.admit(request.workflowId(), request.input(), access, () -> {});
        responder(response, access, accept).answer(request, run);
    }

    /** Continues a stream behind the last event that its client has. */
    private void resume(TakenResponse response, LastEventId last, Access access) {
        Run run = tasks.get(last.taskId(), access.caller());
        if (last.isAll(run)) {
            return;
        }
        EventReader reader = run.follow(last.number());
        try {
            responder(response, access, null).resume(run, reader);
        } catch (RuntimeException | Error e) {
            reader.close();
            throw e;
        }
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
}
