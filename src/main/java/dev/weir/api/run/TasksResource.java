package dev.weir.api.run;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.access.RequestGate;
import dev.weir.api.form.Query;
import dev.weir.json.Json;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunState;
import dev.weir.workflow.TaskRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Runs by their task id, for the callers that started them. */
@Path("tasks/{id}")
@ApplicationScoped
public class TasksResource {
    @Inject
    private TaskRegistry tasks;

    @Inject
    private ProblemDocuments problems;

    /** The task, or with {@code output_only=true} only the output of a completed task. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public byte[] task(@PathParam("id") String id, @Context HttpServletRequest request) {
        boolean outputOnly = Query.of(request).flag("output_only", false);
        Run run = tasks.get(id, RequestGate.caller(request));
        Object document = TaskDocument.of(run, problems);
        if (outputOnly) {
            document = output(run);
        }
        return Json.bytes(document);
    }

    private static @Nullable Object output(Run run) {
        RunState state = run.state();
        if (state instanceof RunState.Completed completed) {
            return completed.output();
        }
        if (state instanceof RunState.Failed failed) {
            throw failed.cause();
        }
        throw new WeirException(
                ErrorCode.NOT_READY, "task " + run.taskId() + " has no output: it is " + state.status());
    }

    /** Cancels the task. A task that has ended stays unchanged. */
    @DELETE
    public Response cancel(@PathParam("id") String id, @Context HttpServletRequest request) {
        tasks.get(id, RequestGate.caller(request)).cancel("cancelled by a DELETE request");
        return Response.accepted().build();
    }
}
