package dev.weir.sampling;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the tokens of one generation, one after the other, from the model's logits. Confined to one generation and one thread;
 * buffers are allocated with the first token and reused.
 */
public final class Sampler {
    private final TokenHistory history;
    private final List<LogitsProcessor> processors;
    private final @Nullable Multinomial multinomial;

    /**
     * Creates a sampler.
     *
     * @param prompt the tokens before the first choice
     * @param maxNewTokens the most tokens that will be chosen
     */
    public Sampler(SamplingParameters parameters, TokenRules rules, int[] prompt, int maxNewTokens) {
        this.history = new TokenHistory(prompt);
        this.processors = LogitsProcessor.chain(parameters, rules, maxNewTokens);
        this.multinomial = parameters.doSample() ? new Multinomial(parameters.seed()) : null;
    }

    /**
     * Chooses the next token and adds it to the history.
     *
     * @param logits {@code float[vocabularySize]}, unnormalised; changed in place
     * @throws dev.weir.WeirException {@link dev.weir.ErrorCode#INVALID_INPUT} if the parameters and the rules forbid every token;
     *     {@link dev.weir.ErrorCode#INTERNAL} if the logits are not numbers. Both only when sampling
     */
    public int next(float[] logits) {
        for (LogitsProcessor processor : processors) {
            processor.process(history, logits);
        }
        int token = multinomial == null ? argmax(logits) : multinomial.draw(logits);
        history.add(token);
        return token;
    }

    /** Returns the number of chosen tokens. */
    public int newTokens() {
        return history.newTokens();
    }

    /** Returns the index of the highest logit; of equal ones the first. */
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
