package dev.weir.sampling;

import java.util.Arrays;
import java.util.BitSet;

/** The tokens of one generation: those of the prompt, then those chosen so far. */
final class TokenHistory {
    private final int promptLength;
    private int[] ids;
    private int length;
    private final BitSet seen;
    private int[] distinct;
    private int distinctCount;

    TokenHistory(int[] prompt) {
        this.promptLength = prompt.length;
        this.ids = new int[prompt.length + 64];
        this.seen = new BitSet();
        this.distinct = new int[64];
        for (int id : prompt) {
            add(id);
        }
    }

    private TokenHistory(TokenHistory other) {
        this.promptLength = other.promptLength;
        this.ids = other.ids.clone();
        this.length = other.length;
        this.seen = (BitSet) other.seen.clone();
        this.distinct = other.distinct.clone();
        this.distinctCount = other.distinctCount;
    }

    /** Returns an independent copy. */
    TokenHistory copy() {
        return new TokenHistory(this);
    }

    void add(int id) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length);
        }
        ids[length++] = id;
        if (!seen.get(id)) {
            seen.set(id);
            if (distinctCount == distinct.length) {
                distinct = Arrays.copyOf(distinct, 2 * distinctCount);
            }
            distinct[distinctCount++] = id;
        }
    }

    int get(int index) {
        return ids[index];
    }

    int length() {
        return length;
    }

    /** Returns the number of different tokens. */
    int distinct() {
        return distinctCount;
    }

    /** Returns one of the different tokens, in the order of their first occurrence. */
    int distinct(int index) {
        return distinct[index];
    }

    /** Returns the number of tokens chosen so far. */
    int newTokens() {
        return length - promptLength;
    }

    /** Returns the tokens chosen so far. */
    int[] chosen() {
        return Arrays.copyOfRange(ids, promptLength, length);
    }
}
