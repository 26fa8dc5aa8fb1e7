package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.stream.Delivery;
import dev.weir.workflow.Run;
import dev.weir.workflow.WorkflowRunner;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.InputStream;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts runs. The request's thread only reads the body; a thread of the run pool drives the run and writes the response, as
 * soon as the run has a place.
 *
 * <p>The response is suspended until the run has its first chunk, its value or its failure, so that whatever fails before
 * that has its own status. Nothing is declared to be produced, so that {@code Accept} does not matter.
 */
@Path("workflows/runs")
@RequestScoped
public class RunsResource {
    @Inject
    private WorkflowRunner runner;

    @Inject
    private Problems problems;

    @Inject
    private Pools pools;

    @Inject
    private Settings settings;

    /** Starts a run and answers with its output, as a stream where it is one, or with its task. */
    @POST
    public void run(
            @Suspended AsyncResponse response,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String contentType,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) @DefaultValue("-1") long contentLength,
            @HeaderParam(HttpHeaders.ACCEPT) @Nullable String accept,
            InputStream body) {
        LimitedBody.require(contentLength, settings.maxBodyBytes());
        Uploads uploads = new Uploads();
        RunRequest request;
        Run run;
        try {
            request = RunRequest.read(contentType, body, settings.maxBodyBytes(), uploads);
            run = runner.admit(request.workflowId(), request.input());
        } catch (RuntimeException | Error e) {
            uploads.close();
            throw e;
        }
        run.readsFrom(uploads::close);
        Responder responder = new Responder(
                request, run, accept == null ? "" : accept, new Delivery(), runner, problems, settings, pools.timers());
        response.setTimeout(0, TimeUnit.SECONDS);
        if (runner.start(run, () -> begin(responder, response))) {
            responder.toldToWait(response);
        }
    }

    /** Never throws: whoever freed a place for this run has its own work to do. */
    private void begin(Responder responder, AsyncResponse response) {
        try {
            pools.runs().execute(() -> responder.answer(response));
        } catch (RejectedExecutionException e) {
            responder.refuse(
                    response,
                    new WeirException(
                            ErrorCode.TOO_MANY_RUNS,
                            "all " + settings.maxRuns() + " threads for runs (weir.runs.max) are busy",
                            e));
        } catch (RuntimeException | Error e) {
            responder.refuse(response, WeirException.of(e));
        }
    }
}
