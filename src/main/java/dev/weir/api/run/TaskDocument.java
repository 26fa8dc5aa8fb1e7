package dev.weir.api.run;

import dev.weir.api.ProblemDocuments;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunState;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The description of a run for clients: {@code {task_id, status, output?, error?}}. */
final class TaskDocument {
    private TaskDocument() {}

    static Map<String, @Nullable Object> pending(Run run) {
        return status(run, new RunState.Pending());
    }

    static Map<String, @Nullable Object> of(Run run, ProblemDocuments problems) {
        RunState state = run.state();
        Map<String, @Nullable Object> document = status(run, state);
        if (state instanceof RunState.Completed completed) {
            document.put("output", completed.output());
        } else if (state instanceof RunState.Failed failed) {
            document.put("error", problems.document(failed.cause(), run.taskId()));
        } else if (state instanceof RunState.Cancelled cancelled) {
            document.put("error", Map.of("detail", problems.mask(cancelled.reason())));
        }
        return document;
    }

    /** The task's id and the status of {@code state}. */
    static Map<String, @Nullable Object> status(Run run, RunState state) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("task_id", run.taskId());
        document.put("status", state.status());
        return document;
    }
}
