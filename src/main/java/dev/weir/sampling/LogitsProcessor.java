package dev.weir.sampling;

import java.util.ArrayList;
import java.util.List;

/**
 * One step between the model's logits and the choice of a token. A processor may keep buffers, and is therefore confined to one
 * generation and one thread. Its knowledge of the tokens comes only from the history that it is given.
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
     * Returns the processors for {@code parameters} and {@code rules}, in the order of {@code transformers.generate}. Processors
     * for both greedy decoding and sampling come first, then, for sampling only, processors that shape the distribution.
     *
     * @param maxNewTokens the most tokens that will be chosen
     */
    static List<LogitsProcessor> chain(SamplingParameters parameters, TokenRules rules, int maxNewTokens) {
        List<LogitsProcessor> chain = new ArrayList<>();
        if (parameters.repetitionPenalty() != 1) {
            chain.add(new RepetitionPenalty((float) parameters.repetitionPenalty()));
        }
        if (parameters.noRepeatNgramSize() > 0) {
            chain.add(new NoRepeatNgram(parameters.noRepeatNgramSize()));
        }
        addRules(chain, parameters, rules, maxNewTokens);
        if (parameters.doSample()) {
            addShapes(chain, parameters, 1);
        }
        return List.copyOf(chain);
    }

    /** As {@link #chain}, for a beam search, which needs several possible tokens at each step. */
    static List<LogitsProcessor> beamChain(SamplingParameters parameters, TokenRules rules, int maxNewTokens) {
        List<LogitsProcessor> chain = new ArrayList<>(chain(parameters.withDoSample(false), rules, maxNewTokens));
        if (parameters.doSample()) {
            addShapes(chain, parameters, Math.max(2, rules.endTokens().size() + 1));
        }
        return List.copyOf(chain);
    }

    private static void addRules(
            List<LogitsProcessor> chain, SamplingParameters parameters, TokenRules rules, int maxNewTokens) {
        if (!rules.badWords().isEmpty()) {
            chain.add(new BadWords(rules.badWords()));
        }
        if (parameters.minNewTokens() > 0) {
            chain.add(PositionRules.forbidBefore(parameters.minNewTokens(), rules.endTokens()));
        }
        rules.forcedBegin().ifPresent(token -> chain.add(PositionRules.first(token)));
        if (!rules.forcedEnd().isEmpty()) {
            chain.add(PositionRules.last(maxNewTokens, rules.forcedEnd()));
        }
        if (!rules.suppressed().isEmpty()) {
            chain.add(PositionRules.forbidBefore(Integer.MAX_VALUE, rules.suppressed()));
        }
        if (!rules.suppressedAtBegin().isEmpty()) {
            int begin = rules.forcedBegin().isPresent() ? 2 : 1;
            chain.add(PositionRules.forbidAt(begin, rules.suppressedAtBegin()));
        }
    }

    private static void addShapes(List<LogitsProcessor> chain, SamplingParameters parameters, int keep) {
        if (parameters.temperature() != 1) {
            chain.add(temperature((float) parameters.temperature()));
        }
        if (parameters.topK() > 0) {
            chain.add(new TopK(Math.max(parameters.topK(), keep)));
        }
        if (parameters.topP() < 1) {
            chain.add(new TopP(parameters.topP(), keep));
        }
    }

    /** Divides the logits by the temperature: below 1 sharpens the distribution, above 1 flattens it. */
    private static LogitsProcessor temperature(float temperature) {
        return (history, logits) -> {
            for (int token = 0; token < logits.length; token++) {
                logits[token] /= temperature;
            }
        };
    }
}
