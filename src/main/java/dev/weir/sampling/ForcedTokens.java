package dev.weir.sampling;

import java.util.Arrays;
import java.util.Set;

/** Rules on which tokens may stand at which place of the text. Places count from 1, the prompt's tokens not among them. */
final class ForcedTokens {
    private ForcedTokens() {}

    /** The first token is {@code token}. */
    static LogitsProcessor first(int token) {
        return (history, logits) -> {
            if (history.newTokens() == 0) {
                allowOnly(logits, Set.of(token));
            }
        };
    }

    /** The token at {@code place} is one of {@code tokens}. */
    static LogitsProcessor last(int place, Set<Integer> tokens) {
        return (history, logits) -> {
            if (history.newTokens() == place - 1) {
                allowOnly(logits, tokens);
            }
        };
    }

    /** The first {@code places} tokens are none of {@code tokens}. */
    static LogitsProcessor forbidBefore(int places, Set<Integer> tokens) {
        return (history, logits) -> {
            if (history.newTokens() < places) {
                forbid(logits, tokens);
            }
        };
    }

    /** The token at {@code place} is none of {@code tokens}. */
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
