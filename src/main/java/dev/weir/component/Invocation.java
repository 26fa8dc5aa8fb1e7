package dev.weir.component;

import dev.weir.binding.Bindings;
import dev.weir.stream.Cancellation;

/**
 * One call of an action.
 *
 * @param actionId which action of the component
 * @param scope what the action's templates see: {@code input} is the job's input
 * @param cancellation ends the call from outside
 */
public record Invocation(String actionId, Bindings scope, Cancellation cancellation) {}
