package dev.weir.inference.spec;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.sampling.BeamParameters;
import dev.weir.sampling.SamplingParameters;
import java.util.List;
import java.util.OptionalInt;

/**
 * The settings of one generation, without its prompt.
 *
 * @param maxNewTokens the most tokens to generate, at least 1; the prompt's tokens do not count
 * @param maxInputTokens the length to which a longer prompt is cut, at the tokenizer's truncation side; empty cuts nothing
 * @param beams the beam search
 * @param sequences how many texts are wanted, at least 1
 * @param stopSequences texts that end the generation and are not part of its output; none of them empty
 */
public record GenerationSettings(
        int maxNewTokens,
        OptionalInt maxInputTokens,
        SamplingParameters sampling,
        BeamParameters beams,
        int sequences,
        List<String> stopSequences) {

    /**
     * Checks the settings.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if a value is out of range or the values contradict each other
     */
    public GenerationSettings {
        check(maxNewTokens >= 1, "max_output_length must be at least 1, was " + maxNewTokens);
        check(maxInputTokens.orElse(1) >= 1, "max_input_length must be at least 1, was " + maxInputTokens.orElse(1));
        check(sequences >= 1, "num_return_sequences must be at least 1, was " + sequences);
        check(
                sequences == 1 || sampling.doSample() || beams.beams() > 1,
                "num_return_sequences is " + sequences
                        + ", but without sampling and beams all would be alike: set do_sample or num_beams");
        check(
                beams.beams() == 1 || sequences <= beams.beams(),
                "num_return_sequences must be at most num_beams, was " + sequences + " of " + beams.beams());
        stopSequences = List.copyOf(stopSequences);
        check(stopSequences.stream().noneMatch(String::isEmpty), "stop_sequences must not hold an empty text");
    }

    /** Returns settings for one text, without a cut of the prompt, beams and stop sequences. */
    public static GenerationSettings of(int maxNewTokens, SamplingParameters sampling) {
        return new GenerationSettings(maxNewTokens, OptionalInt.empty(), sampling, BeamParameters.none(), 1, List.of());
    }

    public GenerationSettings withMaxInputTokens(int maxInputTokens) {
        return new GenerationSettings(
                maxNewTokens, OptionalInt.of(maxInputTokens), sampling, beams, sequences, stopSequences);
    }

    public GenerationSettings withStopSequences(List<String> stopSequences) {
        return new GenerationSettings(maxNewTokens, maxInputTokens, sampling, beams, sequences, stopSequences);
    }

    public GenerationSettings withBeams(BeamParameters beams) {
        return new GenerationSettings(maxNewTokens, maxInputTokens, sampling, beams, sequences, stopSequences);
    }

    public GenerationSettings withSequences(int sequences) {
        return new GenerationSettings(maxNewTokens, maxInputTokens, sampling, beams, sequences, stopSequences);
    }

    public GenerationSettings withSampling(SamplingParameters sampling) {
        return new GenerationSettings(maxNewTokens, maxInputTokens, sampling, beams, sequences, stopSequences);
    }

    private static void check(boolean valid, String message) {
        if (!valid) {
            throw new WeirException(ErrorCode.INVALID_INPUT, message);
        }
    }
}
