package dev.weir.sampling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Picks the best continuations over all beams: the most likely ones, or ones drawn without replacement by their probability. A
 * draw takes the highest scores after Gumbel noise was added (Kool et al. 2019, Stochastic beams).
 */
final class Continuations {
    private final int count;
    private final @Nullable SplittableRandom random;

    /**
     * A beam that continues with a token.
     *
     * @param score the log-probability of all its tokens
     */
    record Continuation(int beam, int token, float score) {}

    private record Ranked(int beam, int token, float score, double key) {}

    /**
     * Creates a picker.
     *
     * @param count the number of continuations to pick
     */
    Continuations(SamplingParameters parameters, int count) {
        this.count = count;
        OptionalLong seed = parameters.seed();
        this.random = !parameters.doSample()
                ? null
                : seed.isPresent() ? new SplittableRandom(seed.getAsLong()) : new SplittableRandom();
    }

    /**
     * Picks the best continuations.
     *
     * @param scores {@code float[beams][vocabularySize]}, log-probabilities
     * @return the picked continuations: the best first, or in the order in which they were drawn
     */
    List<Continuation> best(float[][] scores) {
        PriorityQueue<Ranked> heap = new PriorityQueue<>(
                count + 1,
                Comparator.comparingDouble(Ranked::key)
                        .thenComparing(Comparator.comparingInt(Ranked::beam)
                                .thenComparingInt(Ranked::token)
                                .reversed()));
        for (int beam = 0; beam < scores.length; beam++) {
            for (int token = 0; token < scores[beam].length; token++) {
                float score = scores[beam][token];
                double key = random == null ? score : score - Math.log(-Math.log(random.nextDouble()));
                if (heap.size() < count || key > heap.element().key()) {
                    heap.add(new Ranked(beam, token, score, key));
                    if (heap.size() > count) {
                        heap.remove();
                    }
                }
            }
        }
        List<Continuation> best = new ArrayList<>();
        while (!heap.isEmpty()) {
            Ranked ranked = heap.remove();
            best.add(0, new Continuation(ranked.beam(), ranked.token(), ranked.score()));
        }
        return best;
    }
}
