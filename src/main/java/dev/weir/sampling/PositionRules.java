package dev.weir.sampling;

import java.util.Arrays;
import java.util.Set;

/** Rules for the tokens at a position of the text. Positions count from 1, without the prompt's tokens. */
final class PositionRules {
    private PositionRules() {}

    /** Requires {@code token} as the first token. */
    static LogitsProcessor first(int token) {
        return (history, logits) -> {
            if (history.newTokens() == 0) {
                allowOnly(logits, Set.of(token));
            }
        };
    }

    /** Requires one of {@code tokens} at the position {@code place}. */
    static LogitsProcessor last(int place, Set<Integer> tokens) {
        return (history, logits) -> {
            if (history.newTokens() == place - 1) {
                allowOnly(logits, tokens);
            }
        };
    }

    /** Forbids {@code tokens} at the first {@code places} positions. */
    static LogitsProcessor forbidBefore(int places, Set<Integer> tokens) {
        return (history, logits) -> {
            if (history.newTokens() < places) {
                forbid(logits, tokens);
            }
        };
    }

    /** Forbids {@code tokens} at the position {@code place}. */
    static LogitsProcessor forbidAt(int place, Set<Integer> tokens) {
        return (history, logits) -> {
            if (history.newTokens() == place - 1) {
                forbid(logits, tokens);
            }
        };
    }

    private static void allowOnly(float[] logits, Set<Integer> tokens) {
        Arrays.fill(logits, Float.NEGATIVE_INFINITY);
        for (int token : tokens) {
            if (token < logits.length) {
                logits[token] = 0;
            }
        }
    }

    private static void forbid(float[] logits, Set<Integer> tokens) {
        for (int token : tokens) {
            if (token < logits.length) {
                logits[token] = Float.NEGATIVE_INFINITY;
            }
        }
    }
}
