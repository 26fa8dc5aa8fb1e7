package dev.weir.inference.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Groups texts by length, so that batches have little padding. Limits the texts and the tokens of a batch, padding included. */
public final class LengthBatches {
    /** Tokens of padding that cost about as much as a further run of the graph. */
    private static final int MAX_PADDING = 32;

    private LengthBatches() {}

    /**
     * Returns the batches, the longest texts first.
     *
     * @param ids the tokens of each text, at least one
     * @param policy the rule for the texts of a batch
     * @param maxTexts the most texts of a batch
     * @param maxTokens the most tokens of a batch; a text that has more is a batch of its own
     * @return the indices of each batch's texts; every index is in one batch
     */
    public static List<int[]> of(List<int[]> ids, BatchPolicy policy, int maxTexts, int maxTokens) {
        int[] order = IntStream.range(0, ids.size())
                .boxed()
                .sorted(Comparator.comparingInt((Integer text) -> ids.get(text).length)
                        .reversed())
                .mapToInt(Integer::intValue)
                .toArray();
        int most = Math.min(maxTexts, policy.maxRows());
        int padding = policy.mixedLengths() ? MAX_PADDING : 0;
        List<int[]> batches = new ArrayList<>();
        for (int from = 0; from < order.length; ) {
            int longest = ids.get(order[from]).length;
            int to = from + 1;
            while (to < order.length
                    && to - from < most
                    && (long) longest * (to - from + 1) <= maxTokens
                    && longest - ids.get(order[to]).length <= padding) {
                to++;
            }
            batches.add(Arrays.copyOfRange(order, from, to));
            from = to;
        }
        return batches;
    }
}
