package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.config.ModelAction;
import dev.weir.config.ModelTask;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The input of a model: texts or a conversation.
 *
 * @param prompts at least one
 * @param several whether the input was a list of texts
 */
record ModelInput(List<GenerationCall.Prompt> prompts, boolean several) {

    /**
     * Renders and checks the input of an action.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} with the key, the value and the allowed values
     */
    static ModelInput of(ModelAction action, ModelTask task, Scope scope, CallLimits limits) {
        if (task == ModelTask.CHAT_COMPLETION) {
            Object messages =
                    action.messages() == null ? null : action.messages().render(scope);
            return new ModelInput(List.of(new GenerationCall.Prompt.Chat(Conversation.of(messages))), false);
        }
        Object input = action.text() == null ? null : action.text().render(scope);
        return new ModelInput(
                texts(input, action.text(), limits).stream()
                        .<GenerationCall.Prompt>map(GenerationCall.Prompt.Text::new)
                        .toList(),
                input instanceof List<?>);
    }

    /** The texts of a list, or a single text. */
    static List<String> texts(@Nullable Object input, @Nullable Template source, CallLimits limits) {
        if (input instanceof List<?> list && list.size() > limits.maxTexts()) {
            throw invalid("text must be a list of at most " + limits.maxTexts() + " texts (weir.model.max-texts), had "
                    + list.size() + ": send them in several calls");
        }
        List<String> texts = new ArrayList<>();
        if (input instanceof List<?> list) {
            list.forEach(text -> texts.add(text(text, source)));
        } else {
            texts.add(text(input, source));
        }
        if (texts.isEmpty()) {
            throw invalid("text must not be an empty list");
        }
        return texts;
    }

    private static String text(@Nullable Object text, @Nullable Template source) {
        if (text == null) {
            throw invalid("there is no text to read: " + source + " gave nothing");
        }
        return Values.text(text);
    }

    private static WeirException invalid(String message) {
        return new WeirException(ErrorCode.INVALID_INPUT, message);
    }
}
