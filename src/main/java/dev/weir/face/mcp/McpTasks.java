package dev.weir.face.mcp;

import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.security.Caller;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunState;
import dev.weir.workflow.TaskRegistry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The runs as tasks of the extension {@code io.modelcontextprotocol/tasks}.
 *
 * @param content makes the content of a result from the id of the run
 */
record McpTasks(TaskRegistry tasks, ProblemDocuments problems, Function<String, ToolContent> content) {
    private static final int TTL_MILLIS = 3_600_000;
    private static final int POLL_MILLIS = 1_000;

    /** The result of a call in whose place the client gets a task. */
    static Map<String, @Nullable Object> created(Run run) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("resultType", "task");
        result.putAll(task(run, "working"));
        return result;
    }

    private static Map<String, @Nullable Object> task(Run run, String status) {
        Map<String, @Nullable Object> task = new LinkedHashMap<>();
        task.put("taskId", run.taskId());
        task.put("status", status);
        task.put("createdAt", time(run.createdAt()));
        task.put("lastUpdatedAt", time(Instant.now()));
        task.put("ttlMs", TTL_MILLIS);
        task.put("pollIntervalMs", POLL_MILLIS);
        return task;
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** The result of {@code tasks/get}. */
    Map<String, @Nullable Object> get(McpRequest request, Caller caller) {
        Run run = find(request, caller);
        RunState state = run.state();
        if (state instanceof RunState.Completed completed) {
            Map<String, @Nullable Object> task = task(run, "completed");
            Map<String, @Nullable Object> result =
                    content.apply(run.taskId()).result(completed.output(), completed.content(), true);
            task.put("result", McpMessages.complete(request.revision(), result));
            return task;
        }
        if (state instanceof RunState.Failed failed) {
            Map<String, @Nullable Object> task = task(run, "failed");
            task.put(
                    "error",
                    McpMessages.error(
                            RpcException.INTERNAL_ERROR,
                            problems.mask(failed.cause().detail()),
                            problems.document(failed.cause(), run.taskId())));
            return task;
        }
        if (state instanceof RunState.Cancelled cancelled) {
            Map<String, @Nullable Object> task = task(run, "cancelled");
            task.put("statusMessage", problems.mask(cancelled.reason()));
            return task;
        }
        return task(run, "working");
    }

    /** The result of {@code tasks/cancel}. A task that has ended stays unchanged. */
    Map<String, @Nullable Object> cancel(McpRequest request, Caller caller) {
        find(request, caller).cancel("cancelled by tasks/cancel");
        return Map.of();
    }

    private Run find(McpRequest request, Caller caller) {
        try {
            return tasks.get(request.text("taskId"), caller);
        } catch (RpcException e) {
            throw e;
        } catch (WeirException e) {
            throw RpcException.unknownTask(e);
        }
    }
}
