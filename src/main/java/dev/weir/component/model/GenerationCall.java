package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.config.ModelAction;
import dev.weir.config.ModelTask;
import dev.weir.inference.GenerationSettings;
import dev.weir.inference.TextGenerator;
import dev.weir.stream.ChunkSource;
import dev.weir.tokenizer.ChatMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A call of a model's action, rendered and checked: only this reaches the model.
 *
 * @param several whether the input was a list, so that the result is one too
 */
record GenerationCall(List<Prompt> prompts, boolean several, boolean streaming, GenerationSettings settings) {

    /** What the model goes on from. */
    sealed interface Prompt {
        ChunkSource start(TextGenerator generator, GenerationSettings settings);

        record Text(String text) implements Prompt {
            @Override
            public ChunkSource start(TextGenerator generator, GenerationSettings settings) {
                return generator.generate(text, settings);
            }
        }

        record Chat(List<ChatMessage> messages) implements Prompt {
            @Override
            public ChunkSource start(TextGenerator generator, GenerationSettings settings) {
                return generator.chat(messages, settings);
            }
        }
    }

    /**
     * Renders {@code action} in {@code scope}.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} that names the key, the value and what is allowed
     */
    static GenerationCall of(ModelAction action, ModelTask task, Scope scope) {
        GenerationParameters parameters = new GenerationParameters(action.params(), scope);
        boolean streaming =
                GenerationParameters.flag("streaming", action.streaming().render(scope));
        boolean chat = task == ModelTask.CHAT_COMPLETION;
        Template source = chat ? action.messages() : action.text();
        Object input = render(source, scope);
        List<Prompt> prompts = new ArrayList<>();
        boolean several = !chat && input instanceof List<?>;
        if (chat) {
            prompts.add(new Prompt.Chat(messages(input)));
        } else if (input instanceof List<?> texts) {
            texts.forEach(text -> prompts.add(new Prompt.Text(text(text, source))));
        } else {
            prompts.add(new Prompt.Text(text(input, source)));
        }
        if (prompts.isEmpty()) {
            throw invalid("text must not be an empty list");
        }
        if (streaming) {
            requireOne("text", prompts.size(), "streaming takes a single text");
            requireOne(
                    "batch_size",
                    GenerationParameters.whole("batch_size", render(action.batchSize(), scope), 1),
                    "streaming needs batch_size 1");
            requireOne(
                    "num_return_sequences",
                    parameters.whole("num_return_sequences", 1),
                    "streaming gives one sequence");
        }
        requireOne(
                "num_return_sequences",
                parameters.whole("num_return_sequences", 1),
                "one sequence a text is generated");
        requireOne("num_beams", parameters.whole("num_beams", 1), "beam search is not available");
        return new GenerationCall(prompts, several, streaming, settings(action, parameters, scope));
    }

    private static GenerationSettings settings(ModelAction action, GenerationParameters parameters, Scope scope) {
        Object maxInput = render(action.maxInputLength(), scope);
        return new GenerationSettings(
                parameters.whole("max_output_length", 1024),
                maxInput == null
                        ? OptionalInt.empty()
                        : OptionalInt.of(GenerationParameters.whole("max_input_length", maxInput, 0)),
                parameters.sampling(),
                stopSequences(render(action.stopSequences(), scope)));
    }

    private static @Nullable Object render(@Nullable Template template, Scope scope) {
        return template == null ? null : template.render(scope);
    }

    private static String text(@Nullable Object text, @Nullable Template source) {
        if (text == null) {
            throw invalid("there is no text to go on from: " + source + " gave nothing");
        }
        return Values.text(text);
    }

    private static List<ChatMessage> messages(@Nullable Object messages) {
        if (!(messages instanceof List<?> list) || list.isEmpty()) {
            throw invalid("messages must be a list of {role, content}");
        }
        List<ChatMessage> turns = new ArrayList<>();
        for (Object each : list) {
            if (!(each instanceof Map<?, ?> turn) || !(turn.get("role") instanceof String role)) {
                throw invalid("each of messages must have a role and a content");
            }
            Object content = turn.get("content");
            if (content == null) {
                throw invalid("the content of a message with role " + role + " is missing");
            }
            turns.add(new ChatMessage(role, content instanceof List ? content : Values.text(content)));
        }
        return turns;
    }

    private static List<String> stopSequences(@Nullable Object stops) {
        if (stops == null) {
            return List.of();
        }
        return stops instanceof Collection<?> list
                ? list.stream().map(Values::text).toList()
                : List.of(Values.text(stops));
    }

    private static void requireOne(String key, int value, String rule) {
        if (value != 1) {
            throw invalid(rule + ": " + key + " must be 1, was " + value);
        }
    }

    private static WeirException invalid(String message) {
        return new WeirException(ErrorCode.INVALID_INPUT, message);
    }
}
