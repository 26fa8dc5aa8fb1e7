package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.component.CallValues;
import dev.weir.component.WholeRange;
import dev.weir.config.ModelAction;
import dev.weir.config.ModelTask;
import dev.weir.inference.TextGenerator;
import dev.weir.inference.TextGenerator.Written;
import dev.weir.inference.spec.GenerationDefaults;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.stream.Cancellation;
import dev.weir.tokenizer.ChatMessage;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A call of an action that generates text, rendered and checked. Only a checked call reaches the model.
 *
 * @param several whether the input was a list, so that the result is a list too
 * @param batchSize the most inputs at work at once
 * @param overrides parameters of the request in place of those of the action
 * @param settings the settings of the action, without the defaults of the model
 */
record GenerationCall(
        List<Prompt> prompts,
        boolean several,
        boolean streaming,
        int batchSize,
        Map<String, Object> overrides,
        GenerationSettings settings,
        ModelAction action,
        Scope scope,
        CallLimits limits) {

    /** The text or conversation that the model continues. */
    sealed interface Prompt {
        /** The text for the model's tokenizer. */
        Written written(TextGenerator generator, GenerationSettings settings, Cancellation cancellation);

        record Text(String text) implements Prompt {
            @Override
            public Written written(TextGenerator generator, GenerationSettings settings, Cancellation cancellation) {
                return generator.written(text, settings);
            }
        }

        record Chat(List<ChatMessage> messages) implements Prompt {
            @Override
            public Written written(TextGenerator generator, GenerationSettings settings, Cancellation cancellation) {
                return generator.written(messages, settings, cancellation);
            }
        }
    }

    /**
     * Renders {@code action} in {@code scope}.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} with the key, the value and the allowed values
     */
    static GenerationCall of(
            ModelAction action, ModelTask task, Map<String, Object> overrides, Scope scope, CallLimits limits) {
        Object streams = overrides.getOrDefault("streaming", action.streaming().render(scope));
        boolean streaming = CallValues.flag("streaming", streams);
        ModelInput input = ModelInput.of(action, task, scope, limits);
        int batchSize = CallValues.whole(
                "batch_size", render(action.batchSize(), scope), limits.maxBatch(), limits.batchSizes());
        GenerationSettings settings = settings(action, overrides, scope, limits, GenerationDefaults.plain());
        if (streaming) {
            requireOne("text", input.prompts().size(), "streaming takes a single text");
            requireOne("batch_size", action.batchSize() == null ? 1 : batchSize, "streaming needs batch_size 1");
            requireOne("num_return_sequences", settings.sequences(), "streaming gives one sequence");
        }
        return new GenerationCall(
                input.prompts(), input.several(), streaming, batchSize, overrides, settings, action, scope, limits);
    }

    /** The settings with the defaults of the model. */
    GenerationSettings settings(GenerationDefaults defaults) {
        return settings(action, overrides, scope, limits, defaults);
    }

    private static GenerationSettings settings(
            ModelAction action,
            Map<String, Object> overrides,
            Scope scope,
            CallLimits limits,
            GenerationDefaults defaults) {
        GenerationParameters parameters = new GenerationParameters(action.params(), overrides, scope);
        return new GenerationSettings(
                parameters.longest(),
                maxInput(action, scope),
                parameters.sampling(defaults),
                parameters.beams(defaults, limits),
                parameters.whole("num_return_sequences", 1, limits.sequences()),
                stops(action, overrides, scope));
    }

    /** The stop sequences of the action, and those of the request. */
    private static List<String> stops(ModelAction action, Map<String, Object> overrides, Scope scope) {
        List<String> own = stopSequences(render(action.stopSequences(), scope));
        List<String> asked = stopSequences(overrides.get("stop_sequences"));
        return asked.isEmpty()
                ? own
                : stopSequences(Stream.concat(own.stream(), asked.stream()).toList());
    }

    static OptionalInt maxInput(ModelAction action, Scope scope) {
        Object maxInput = render(action.maxInputLength(), scope);
        return maxInput == null
                ? OptionalInt.empty()
                : OptionalInt.of(CallValues.whole("max_input_length", maxInput, 0, WholeRange.FROM_1));
    }

    private static @Nullable Object render(@Nullable Template template, Scope scope) {
        return template == null ? null : template.render(scope);
    }

    private static List<String> stopSequences(@Nullable Object stops) {
        if (stops == null) {
            return List.of();
        }
        if (stops instanceof Collection<?> list && list.size() > CallLimits.MAX_STOPS) {
            throw invalid("stop_sequences must have at most " + CallLimits.MAX_STOPS + " texts, had " + list.size());
        }
        List<String> texts = stops instanceof Collection<?> list
                ? list.stream().map(Values::text).toList()
                : List.of(Values.text(stops));
        for (String text : texts) {
            if (text.length() > CallLimits.MAX_STOP_LENGTH) {
                throw invalid("each of stop_sequences must have at most " + CallLimits.MAX_STOP_LENGTH
                        + " characters, one had " + text.length());
            }
        }
        return texts;
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
