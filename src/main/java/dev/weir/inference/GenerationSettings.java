package dev.weir.inference;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.sampling.SamplingParameters;
import java.util.List;
import java.util.OptionalInt;

/**
 * What one generation is asked for, beside its prompt.
 *
 * @param maxNewTokens the most tokens to generate, at least 1; the prompt's do not count
 * @param maxInputTokens cuts a longer prompt to so many tokens, at the tokenizer's truncation side; empty cuts nothing
 * @param stopSequences texts that end the generation, and are not part of its output; none of them empty
 */
public record GenerationSettings(
        int maxNewTokens, OptionalInt maxInputTokens, SamplingParameters sampling, List<String> stopSequences) {

    public GenerationSettings {
        check(maxNewTokens >= 1, "max_output_length must be at least 1, was " + maxNewTokens);
        check(maxInputTokens.orElse(1) >= 1, "max_input_length must be at least 1, was " + maxInputTokens.orElse(1));
        stopSequences = List.copyOf(stopSequences);
        check(stopSequences.stream().noneMatch(String::isEmpty), "stop_sequences must not hold an empty text");
    }

    /** No cut of the prompt and no stop sequences. */
    public static GenerationSettings of(int maxNewTokens, SamplingParameters sampling) {
        return new GenerationSettings(maxNewTokens, OptionalInt.empty(), sampling, List.of());
    }

    public GenerationSettings withMaxInputTokens(int maxInputTokens) {
        return new GenerationSettings(maxNewTokens, OptionalInt.of(maxInputTokens), sampling, stopSequences);
    }

    public GenerationSettings withStopSequences(List<String> stopSequences) {
        return new GenerationSettings(maxNewTokens, maxInputTokens, sampling, stopSequences);
    }

    private static void check(boolean valid, String message) {
        if (!valid) {
            throw new WeirException(ErrorCode.INVALID_INPUT, message);
        }
    }
}
