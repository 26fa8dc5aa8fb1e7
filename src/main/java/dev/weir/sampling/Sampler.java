package dev.weir.sampling;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the tokens of one generation, one after the other, from the model's logits. Belongs to one generation and one
 * thread; buffers are made with the first token and reused.
 */
public final class Sampler {
    private final TokenHistory history;
    private final List<LogitsProcessor> processors;
    private final @Nullable Multinomial multinomial;

    /**
     * @param prompt the tokens before the first choice
     * @param maxNewTokens the most tokens that will be chosen
     */
    public Sampler(SamplingParameters parameters, TokenRules rules, int[] prompt, int maxNewTokens) {
        this.history = new TokenHistory(prompt);
        this.processors = LogitsProcessor.chain(parameters, rules, maxNewTokens);
        this.multinomial = parameters.doSample() ? new Multinomial(parameters.seed()) : null;
    }

    /**
     * The next token, which counts from now on as chosen.
     *
     * @param logits {@code float[vocabularySize]}, unnormalised; changed in place
     */
    public int next(float[] logits) {
        for (LogitsProcessor processor : processors) {
            processor.process(history, logits);
        }
        int token = multinomial == null ? argmax(logits) : multinomial.draw(logits);
        history.add(token);
        return token;
    }

    /** How many tokens were chosen. */
    public int newTokens() {
        return history.newTokens();
    }

    /** The index of the highest logit; of equal ones the first. */
    static int argmax(float[] logits) {
        int best = 0;
        for (int token = 1; token < logits.length; token++) {
            if (logits[token] > logits[best]) {
                best = token;
            }
        }
        return best;
    }
}
