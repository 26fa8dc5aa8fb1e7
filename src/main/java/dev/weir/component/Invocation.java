package dev.weir.component;

import dev.weir.binding.Bindings;
import dev.weir.stream.Cancellation;
import dev.weir.telemetry.CallMeter;
import dev.weir.telemetry.TraceContext;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One call of an action.
 *
 * @param actionId the id of the component's action
 * @param scope the values for the action's templates: {@code input} is the job's input
 * @param cancellation ends the call from outside
 * @param trace the trace of the run's request
 * @param meter measures the call; a component that calls a model describes it
 * @param workflows runs workflows of the same configuration
 * @param parameters override those of the action, by their names; only actions of local models have such
 */
public record Invocation(
        String actionId,
        Bindings scope,
        Cancellation cancellation,
        TraceContext trace,
        CallMeter meter,
        WorkflowCalls workflows,
        Map<String, Object> parameters) {
    public Invocation {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** A call outside any trace that is not measured and cannot run workflows. */
    public Invocation(String actionId, Bindings scope, Cancellation cancellation) {
        this(actionId, scope, cancellation, TraceContext.NONE, CallMeter.NONE, WorkflowCalls.NONE, Map.of());
    }
}
