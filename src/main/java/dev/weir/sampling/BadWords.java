package dev.weir.sampling;

import java.util.List;

/** Forbids each token that would complete a forbidden sequence of tokens; a sequence of one token is always forbidden. */
final class BadWords implements LogitsProcessor {
    private final List<List<Integer>> words;

    BadWords(List<List<Integer>> words) {
        this.words = words;
    }

    @Override
    public void process(TokenHistory history, float[] logits) {
        for (List<Integer> word : words) {
            int last = word.get(word.size() - 1);
            if (last < logits.length && begun(word, history)) {
                logits[last] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    private static boolean begun(List<Integer> word, TokenHistory history) {
        int begin = history.length() - (word.size() - 1);
        for (int i = 0; i < word.size() - 1; i++) {
            if (begin < 0 || history.get(begin + i) != word.get(i)) {
                return false;
            }
        }
        return true;
    }
}
