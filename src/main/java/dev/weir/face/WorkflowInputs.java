package dev.weir.face;

import dev.weir.config.schema.WorkflowSchema;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The inputs of a workflow, as a request can fill them.
 *
 * @param variables the declared and the undeclared inputs
 */
record WorkflowInputs(List<WorkflowSchema.Variable> variables) {
    private static final Set<String> TEXTS = Set.of("string", "text", "markdown");
    /** The names of inputs that take something else than the prompt. */
    private static final Set<String> OTHERS = Set.of(
            "system",
            "messages",
            "temperature",
            "top_p",
            "top_k",
            "max_tokens",
            "stop",
            "stop_sequences",
            "seed",
            "n",
            "model",
            "stream");

    private static final String PROMPT = "prompt";

    WorkflowInputs {
        variables = List.copyOf(variables);
    }

    boolean has(String name) {
        return variables.stream().anyMatch(variable -> variable.name().equals(name));
    }

    /** Whether the workflow uses its input only as a whole. */
    boolean isWhole() {
        return variables.size() == 1 && variables.get(0).name().isEmpty();
    }

    /** The name of the input for the text of a request; empty if none is the one. */
    Optional<String> text() {
        List<WorkflowSchema.Variable> texts = variables.stream()
                .filter(variable -> TEXTS.contains(variable.type().name())
                        && !variable.name().isEmpty()
                        && !OTHERS.contains(variable.name()))
                .toList();
        List<WorkflowSchema.Variable> open = texts.stream()
                .filter(variable -> variable.defaultValue() == null)
                .toList();
        if (texts.size() == 1) {
            return Optional.of(texts.get(0).name());
        }
        return texts.stream()
                .map(WorkflowSchema.Variable::name)
                .filter(PROMPT::equals)
                .findFirst()
                .or(() -> open.size() == 1 ? Optional.of(open.get(0).name()) : Optional.empty());
    }

    /** The names of the inputs for images. */
    List<String> images() {
        return variables.stream()
                .filter(variable -> variable.type().name().equals("image"))
                .map(WorkflowSchema.Variable::name)
                .toList();
    }

    /** Whether an input declares a type, so that it takes no list of texts. */
    boolean isTyped(String name) {
        return variables.stream().anyMatch(variable -> variable.name().equals(name) && variable.declared());
    }
}
