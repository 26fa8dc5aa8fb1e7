package dev.weir.api.run;

import dev.weir.api.ProblemDocuments;
import dev.weir.stream.Summary;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunState;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The description of a run for clients: {@code {task_id, status, output?, finish_reason?, usage?, error?}}. */
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
        putSummary(document, run.summary());
        return document;
    }

    /** Adds the finish reason and the counts of tokens, as far as they are known. */
    private static void putSummary(Map<String, @Nullable Object> document, Summary summary) {
        summary.finish()
                .ifPresent(finish -> document.put("finish_reason", finish.name().toLowerCase(Locale.ROOT)));
        Map<String, Object> usage = new LinkedHashMap<>();
        OptionalInt prompt = summary.promptTokens();
        OptionalInt completion = summary.completionTokens();
        prompt.ifPresent(count -> usage.put("prompt_tokens", count));
        completion.ifPresent(count -> usage.put("completion_tokens", count));
        if (prompt.isPresent() && completion.isPresent()) {
            usage.put("total_tokens", (long) prompt.getAsInt() + completion.getAsInt());
        }
        if (!usage.isEmpty()) {
            document.put("usage", usage);
        }
    }

    /** The task's id and the status of {@code state}. */
    static Map<String, @Nullable Object> status(Run run, RunState state) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("task_id", run.taskId());
        document.put("status", state.status());
        return document;
    }
}
