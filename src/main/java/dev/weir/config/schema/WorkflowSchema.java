package dev.weir.config.schema;

import dev.weir.binding.ValueType;
import dev.weir.config.ComposeConfig;
import dev.weir.config.WorkflowConfig;
import dev.weir.json.PathStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The input and output variables of a workflow, found in its templates: the fields of a form and of a request.
 *
 * @param input the variables under {@code input}, in the order in which they are first referred to
 * @param output the parts of the output
 */
public record WorkflowSchema(List<Variable> input, List<Variable> output) {
    public WorkflowSchema {
        input = List.copyOf(input);
        output = List.copyOf(output);
    }

    /** The schema of one workflow of a configuration. */
    public static WorkflowSchema of(WorkflowConfig workflow, ComposeConfig config) {
        return new WorkflowSchema(
                new InputVariables(workflow, config).find(), new OutputVariables(workflow, config).find());
    }

    /**
     * One variable.
     *
     * @param name empty if it is the whole input or output
     * @param path the path of its value in the input; empty for the whole
     * @param type the type after {@code as}; else the type of its default; else string
     * @param declared whether {@code as} declares a type
     * @param required whether a value is needed: a type is declared, and no default
     * @param defaultValue null if there is none, or if it is an expression
     * @param annotations {@code @(name text)}, such as {@code description}
     */
    public record Variable(
            String name,
            List<PathStep> path,
            ValueType type,
            boolean declared,
            boolean required,
            @Nullable Object defaultValue,
            Map<String, String> annotations) {

        public Variable {
            path = List.copyOf(path);
        }

        /** Returns the variable as plain values, for the API. Properties that are not declared are absent. */
        public Map<String, @Nullable Object> describe() {
            Map<String, @Nullable Object> described = new LinkedHashMap<>();
            described.put("name", name.isEmpty() ? null : name);
            described.put("type", type.name());
            if (!type.subtype().isEmpty()) {
                described.put("subtype", type.subtype());
            }
            if (!type.format().isEmpty()) {
                described.put("format", type.format());
            }
            if (defaultValue != null) {
                described.put("default", defaultValue);
            }
            if (required) {
                described.put("required", true);
            }
            if (type.name().equals("select")) {
                described.put("options", type.options());
            }
            describeRange(described);
            if (!annotations.isEmpty()) {
                described.put("annotations", annotations);
            }
            return described;
        }

        private void describeRange(Map<String, @Nullable Object> described) {
            List<String> names = List.of("minimum", "maximum", "step");
            List<Number> range = new ArrayList<>(type.range());
            for (int i = 0; i < range.size(); i++) {
                described.put(names.get(i), range.get(i));
            }
        }
    }
}
