package dev.weir.sampling;

import java.util.Arrays;

/** The tokens of one generation: the prompt's, then those chosen so far. */
final class TokenHistory {
    private final int promptLength;
    private int[] ids;
    private int length;

    TokenHistory(int[] prompt) {
        this.promptLength = prompt.length;
        this.length = prompt.length;
        this.ids = Arrays.copyOf(prompt, prompt.length + 64);
    }

    void add(int id) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length);
        }
        ids[length++] = id;
    }

    int get(int index) {
        return ids[index];
    }

    int length() {
        return length;
    }

    /** Tokens chosen so far. */
    int newTokens() {
        return length - promptLength;
    }
}
