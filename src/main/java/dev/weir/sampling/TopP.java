package dev.weir.sampling;

import java.util.Arrays;

/**
 * Keeps the most likely tokens that together reach the probability {@code topP}, and at least {@code keep} tokens (Holtzman et
 * al. 2019, nucleus sampling).
 *
 * <p>As in transformers, a token is removed when it and all less likely ones together have a probability of at most {@code 1 -
 * topP}. By that rule a token with a probability of at most {@code (1 - topP) / vocabularySize} is always removed. Therefore only
 * the few others are sorted.
 */
final class TopP implements LogitsProcessor {
    private final double topP;
    private final int keep;
    private float[] probabilities = new float[0];
    /** The bits of the probability in the upper half, the token in the lower half: sorting is by probability. */
    private long[] candidates = new long[64];

    /**
     * Creates a processor.
     *
     * @param keep the least number of tokens to keep
     */
    TopP(double topP, int keep) {
        this.topP = topP;
        this.keep = keep;
    }

    @Override
    public void process(TokenHistory history, float[] logits) {
        int mostLikely = softmax(logits);
        float mass = (float) (1 - topP);
        float negligible = keep > 1 ? -1 : mass / logits.length;
        double below = 0;
        int count = 0;
        for (int token = 0; token < logits.length; token++) {
            if (probabilities[token] > negligible || token == mostLikely) {
                count = addCandidate(count, token);
            } else {
                below += probabilities[token];
                logits[token] = Float.NEGATIVE_INFINITY;
            }
        }
        Arrays.sort(candidates, 0, count);
        for (int i = 0; i < count - keep; i++) {
            int token = (int) candidates[i];
            below += probabilities[token];
            if ((float) below > mass) {
                return;
            }
            logits[token] = Float.NEGATIVE_INFINITY;
        }
    }

    private int addCandidate(int count, int token) {
        if (count == candidates.length) {
            candidates = Arrays.copyOf(candidates, 2 * count);
        }
        candidates[count] = (long) Float.floatToRawIntBits(probabilities[token]) << 32 | token;
        return count + 1;
    }

    /** Fills {@link #probabilities} and returns the most likely token. */
    private int softmax(float[] logits) {
        if (probabilities.length != logits.length) {
            probabilities = new float[logits.length];
        }
        int mostLikely = Sampler.argmax(logits);
        float highest = logits[mostLikely];
        double sum = 0;
        for (int token = 0; token < logits.length; token++) {
            float weight = logits[token] == Float.NEGATIVE_INFINITY ? 0 : (float) Math.exp(logits[token] - highest);
            probabilities[token] = weight;
            sum += weight;
        }
        for (int token = 0; token < logits.length; token++) {
            probabilities[token] = (float) (probabilities[token] / sum);
        }
        return mostLikely;
    }
}
