package dev.weir.config.schema;

import dev.weir.binding.Template;
import dev.weir.binding.ValueType;
import dev.weir.config.WorkflowConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stage of an output on its way to the client: that of an action, of a job, or of a workflow. {@link OutputStages}
 * makes the stages of a configuration. Immutable. */
sealed interface OutputStage {
    ValueType LIST = new ValueType("list", "", "");

    /**
     * A value that a template shapes.
     *
     * @param template null if the value is passed on unchanged
     * @param inner the stages that {@code ${output}} in the template is bound to
     */
    record Shaped(@Nullable Template template, List<OutputStage> inner) implements OutputStage {
        public Shaped {
            inner = List.copyOf(inner);
        }
    }

    /** A value of a known type with unknown parts. */
    record Typed(ValueType type) implements OutputStage {}

    /**
     * The values of a repeated job.
     *
     * @param isList whether they are always a list; false if the number of runs depends on the input
     */
    record Repeated(Shaped each, boolean isList) implements OutputStage {}

    /** The output of a workflow that a component runs. */
    record Called(WorkflowConfig workflow) implements OutputStage {}
}
