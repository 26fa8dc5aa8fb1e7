package dev.weir.workflow.graph;

import dev.weir.telemetry.TraceContext;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The ids of a run: in templates {@code ${context.task_id}} and {@code ${context.run_id}}; its trace for upstreams.
 *
 * @param taskId the run's task id
 * @param trace the trace of the run's request
 * @param ids makes the id of a call of a component, a ULID
 */
public record RunIdentity(String taskId, TraceContext trace, Supplier<String> ids) {

    /** Returns the value of {@code context} in the templates of jobs and outputs. */
    public Map<String, Object> ofRun() {
        return Map.of("task_id", taskId);
    }

    /** Returns the value of {@code context} in the templates of one call's action, with an id of its own. */
    Map<String, Object> ofCall() {
        return Map.of("task_id", taskId, "run_id", ids.get());
    }
}
