package dev.weir.config;

import dev.weir.binding.Bindings;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An action that runs a workflow of the same configuration.
 *
 * @param workflow the workflow's id
 * @param input the workflow's input; null for the action's input
 * @param output shapes the workflow's output, bound to {@code result} or its chunks; null to pass it on unchanged
 */
public record WorkflowAction(
        String id,
        boolean isDefault,
        Template workflow,
        @Nullable Template input,
        @Nullable Template output) implements ActionConfig {
    /** The most calls inside each other: a run's jobs call a workflow, whose jobs call another, and so on. */
    public static final int MAX_DEPTH = 16;

    /** The id of the workflow that every call runs. Empty if it depends on the call. */
    public Optional<String> constantWorkflow() {
        return workflow.isConstant() ? Optional.of(Values.text(workflow.render(Bindings.empty()))) : Optional.empty();
    }
}
