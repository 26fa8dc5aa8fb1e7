package dev.weir.config.schema;

import dev.weir.InvalidInputException;
import dev.weir.binding.Values;
import dev.weir.config.schema.WorkflowSchema.Variable;
import dev.weir.json.PathStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks the input of a run against the declarations of its workflow, before the run begins. Immutable. */
public final class InputValidation {
    private final List<Variable> variables;

    private InputValidation(List<Variable> variables) {
        this.variables = variables;
    }

    /** Returns the checks for the declared inputs of a schema. */
    public static InputValidation of(WorkflowSchema schema) {
        return new InputValidation(
                schema.input().stream().filter(Variable::declared).toList());
    }

    /**
     * Checks an input. An absent value or null passes.
     *
     * @throws InvalidInputException with each field that violates its declaration, the value and the rule
     */
    public void check(@Nullable Object input) {
        List<InvalidInputException.Fault> faults = new ArrayList<>();
        for (Variable variable : variables) {
            Object value = PathStep.follow(input, variable.path());
            Optional<String> fault = value instanceof byte[] file
                    ? FileSignatures.fault(variable.type(), file)
                            .or(() -> variable.type().fault(value))
                    : variable.type().fault(value);
            fault.ifPresent(rule -> faults.add(new InvalidInputException.Fault(
                    field(variable), pointer(variable.path()), "cannot be " + Values.describe(value) + ": " + rule)));
        }
        if (!faults.isEmpty()) {
            throw new InvalidInputException(faults);
        }
    }

    private static String field(Variable variable) {
        return variable.path().isEmpty() ? "the input" : "input" + written(variable.path());
    }

    private static String pointer(List<PathStep> path) {
        StringBuilder pointer = new StringBuilder("/input");
        for (PathStep step : path) {
            String segment = step instanceof PathStep.Key key ? key.name() : written(List.of(step));
            pointer.append('/').append(segment.replace("~", "~0").replace("/", "~1"));
        }
        return pointer.toString();
    }

    private static String written(List<PathStep> path) {
        StringBuilder text = new StringBuilder();
        for (PathStep step : path) {
            if (step instanceof PathStep.Key key) {
                text.append('.').append(key.name());
            } else if (step instanceof PathStep.Index index) {
                text.append('[').append(index.index()).append(']');
            } else {
                text.append(step instanceof PathStep.Slice slice ? slice.written() : "[*]");
            }
        }
        return text.toString();
    }
}
