package dev.weir.sampling;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/** Draws a token by its probability, the softmax of its logit. Reproducible with a seed. */
final class Multinomial {
    private final SplittableRandom random;
    private int[] tokens = new int[0];
    private double[] cumulative = new double[0];

    Multinomial(OptionalLong seed) {
        this.random = seed.isPresent() ? new SplittableRandom(seed.getAsLong()) : new SplittableRandom();
    }

    int draw(float[] logits) {
        if (tokens.length != logits.length) {
            tokens = new int[logits.length];
            cumulative = new double[logits.length];
        }
        float highest = logits[Sampler.argmax(logits)];
        if (highest == Float.NEGATIVE_INFINITY) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "no next token is possible: min_output_length, no_repeat_ngram_size and the model's own rules forbid"
                            + " every one");
        }
        double sum = 0;
        int count = 0;
        for (int token = 0; token < logits.length; token++) {
            if (logits[token] > Float.NEGATIVE_INFINITY) {
                sum += Math.exp(logits[token] - highest);
                tokens[count] = token;
                cumulative[count++] = sum;
            }
        }
        if (!(sum > 0)) {
            throw new WeirException(
                    ErrorCode.INTERNAL, "no next token is possible: the model's logits are not numbers");
        }
        double drawn = random.nextDouble() * sum;
        int chosen = 0;
        while (chosen < count - 1 && cumulative[chosen] <= drawn) {
            chosen++;
        }
        return tokens[chosen];
    }
}
