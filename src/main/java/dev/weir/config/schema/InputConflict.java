package dev.weir.config.schema;

import dev.weir.binding.Reference;
import dev.weir.binding.Template;
import dev.weir.binding.ValueType;
import dev.weir.config.ComposeConfig;
import dev.weir.config.WorkflowConfig;
import java.util.List;

/**
 * An input variable with defaults of two types, and without a type after {@code as}.
 *
 * @param name empty for the whole input
 * @param type the type of the first default
 * @param other the type of the default that differs
 * @param template the template with that default
 * @param reference the use with that default
 */
public record InputConflict(String name, ValueType type, ValueType other, Template template, Reference reference) {

    /** Returns the conflicts of a workflow's input variables. */
    public static List<InputConflict> of(WorkflowConfig workflow, ComposeConfig config) {
        return new InputVariables(workflow, config)
                .uses().stream().flatMap(uses -> uses.conflict().stream()).toList();
    }
}
