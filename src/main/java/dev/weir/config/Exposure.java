package dev.weir.config;

import dev.weir.binding.Template;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The appearance of a workflow in the APIs of other clients, where each workflow is a model or a tool.
 *
 * @param isPrivate whether no such API has the workflow
 * @param isTool false if the Model Context Protocol does not have it
 * @param isModel false if the APIs of language models do not have it
 * @param model the id that clients use; the workflow's id if empty
 * @param type the kind of model; guessed from the output if empty
 * @param dropsHistory whether earlier messages may be dropped if no input takes them
 * @param input makes the workflow's input from {@code request}; null for the usual rules
 * @param output shapes the workflow's output, or each chunk; null to pass it on unchanged
 */
public record Exposure(
        boolean isPrivate,
        boolean isTool,
        boolean isModel,
        Optional<String> model,
        Optional<Type> type,
        boolean dropsHistory,
        @Nullable Template input,
        @Nullable Template output) {
    /** The exposure of a workflow that says nothing of it. */
    public static final Exposure USUAL =
            new Exposure(false, true, true, Optional.empty(), Optional.empty(), false, null, null);

    /** The kinds of models. */
    public enum Type {
        CHAT,
        COMPLETION,
        EMBEDDING
    }
}
