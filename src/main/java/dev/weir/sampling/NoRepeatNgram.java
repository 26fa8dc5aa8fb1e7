package dev.weir.sampling;

/** Forbids each token that would complete an earlier sequence of {@code size} tokens once more (Paulus et al. 2017). */
final class NoRepeatNgram implements LogitsProcessor {
    private final int size;

    NoRepeatNgram(int size) {
        this.size = size;
    }

    @Override
    public void process(TokenHistory history, float[] logits) {
        int begun = size - 1;
        int tail = history.length() - begun;
        for (int start = 0; start < tail; start++) {
            if (matches(history, start, tail)) {
                logits[history.get(start + begun)] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    private boolean matches(TokenHistory history, int start, int tail) {
        for (int i = 0; i < size - 1; i++) {
            if (history.get(start + i) != history.get(tail + i)) {
                return false;
            }
        }
        return true;
    }
}
