package dev.weir.component;

import dev.weir.binding.Bindings;
import dev.weir.stream.Cancellation;

/**
 * One call of an action.
 *
 * @param actionId the id of the component's action
 * @param scope the values for the action's templates: {@code input} is the job's input
 * @param cancellation ends the call from outside
 * @param workflows runs workflows of the same configuration
 */
public record Invocation(String actionId, Bindings scope, Cancellation cancellation, WorkflowCalls workflows) {

    /** A call that cannot run workflows. */
    public Invocation(String actionId, Bindings scope, Cancellation cancellation) {
        this(actionId, scope, cancellation, WorkflowCalls.NONE);
    }
}
