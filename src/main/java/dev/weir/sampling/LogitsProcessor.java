package dev.weir.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One step between the model's logits and the choice. A processor may keep state and buffers, and so belongs to one
 * generation and one thread.
 */
@FunctionalInterface
interface LogitsProcessor {

    /**
     * Changes {@code logits} in place.
     *
     * @param history the tokens before the one to choose
     * @param logits {@code float[vocabularySize]}, unnormalised; negative infinity forbids a token
     */
    void process(TokenHistory history, float[] logits);

    /**
     * What {@code parameters} ask for, in the order of {@code transformers.generate}: first what both greedy decoding and
     * sampling obey, then, for sampling only, what shapes the distribution.
     */
    static List<LogitsProcessor> chain(SamplingParameters parameters, Set<Integer> endTokens) {
        List<LogitsProcessor> chain = new ArrayList<>();
        if (parameters.repetitionPenalty() != 1) {
            chain.add(new RepetitionPenalty((float) parameters.repetitionPenalty()));
        }
        if (parameters.noRepeatNgramSize() > 0) {
            chain.add(new NoRepeatNgram(parameters.noRepeatNgramSize()));
        }
        if (parameters.minNewTokens() > 0) {
            chain.add(minimumLength(parameters.minNewTokens(), endTokens));
        }
        if (parameters.doSample()) {
            if (parameters.temperature() != 1) {
                chain.add(temperature((float) parameters.temperature()));
            }
            if (parameters.topK() > 0) {
                chain.add(new TopK(parameters.topK()));
            }
            if (parameters.topP() < 1) {
                chain.add(new TopP(parameters.topP()));
            }
        }
        return List.copyOf(chain);
    }

    /** Forbids the end tokens until {@code minNewTokens} tokens are there. */
    private static LogitsProcessor minimumLength(int minNewTokens, Set<Integer> endTokens) {
        return (history, logits) -> {
            if (history.newTokens() < minNewTokens) {
                for (int token : endTokens) {
                    logits[token] = Float.NEGATIVE_INFINITY;
                }
            }
        };
    }

    /** Divides by the temperature: under 1 sharpens the distribution, over 1 flattens it. */
    private static LogitsProcessor temperature(float temperature) {
        return (history, logits) -> {
            for (int token = 0; token < logits.length; token++) {
                logits[token] /= temperature;
            }
        };
    }
}
