package dev.weir.sampling;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Weakens every token that was there before: positive logits are divided by the penalty, negative ones multiplied by it
 * (Keskar et al. 2019, CTRL, section 4.1). A token is weakened once, however often it was there.
 */
final class RepetitionPenalty implements LogitsProcessor {
    private final float penalty;
    private final BitSet seen = new BitSet();
    private int[] distinct = new int[64];
    private int distinctCount;
    private int read;

    RepetitionPenalty(float penalty) {
        this.penalty = penalty;
    }

    @Override
    public void process(TokenHistory history, float[] logits) {
        readNew(history);
        for (int i = 0; i < distinctCount; i++) {
            int token = distinct[i];
            logits[token] = logits[token] < 0 ? logits[token] * penalty : logits[token] / penalty;
        }
    }

    private void readNew(TokenHistory history) {
        for (; read < history.length(); read++) {
            int token = history.get(read);
            if (!seen.get(token)) {
                seen.set(token);
                if (distinctCount == distinct.length) {
                    distinct = Arrays.copyOf(distinct, 2 * distinctCount);
                }
                distinct[distinctCount++] = token;
            }
        }
    }
}
