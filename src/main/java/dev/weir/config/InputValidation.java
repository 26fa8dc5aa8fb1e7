package dev.weir.config;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.PathStep;
import dev.weir.binding.Values;
import dev.weir.config.WorkflowSchema.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks a run's input against what its workflow declares, before anything runs. Immutable. */
public final class InputValidation {
    private final List<Variable> variables;

    private InputValidation(List<Variable> variables) {
        this.variables = variables;
    }

    /** The checks that the inputs of a schema declare. */
    public static InputValidation of(WorkflowSchema schema) {
        return new InputValidation(
                schema.input().stream().filter(Variable::declared).toList());
    }

    /**
     * Checks an input; what is absent or null passes.
     *
     * @throws WeirException naming every field that breaks its declaration, its value and the rule
     */
    public void check(@Nullable Object input) {
        List<String> faults = new ArrayList<>();
        for (Variable variable : variables) {
            Object value = PathStep.follow(input, variable.path());
            Optional<String> fault = variable.type().fault(value);
            fault.ifPresent(rule -> faults.add(field(variable) + " cannot be " + Values.shown(value) + ": " + rule));
        }
        if (!faults.isEmpty()) {
            throw new WeirException(ErrorCode.INVALID_INPUT, String.join("; ", faults));
        }
    }

    private static String field(Variable variable) {
        return variable.path().isEmpty() ? "the input" : "input" + written(variable.path());
    }

    private static String written(List<PathStep> path) {
        StringBuilder text = new StringBuilder();
        for (PathStep step : path) {
            if (step instanceof PathStep.Key key) {
                text.append('.').append(key.name());
            } else if (step instanceof PathStep.Index index) {
                text.append('[').append(index.index()).append(']');
            } else {
                text.append("[*]");
            }
        }
        return text.toString();
    }
}
