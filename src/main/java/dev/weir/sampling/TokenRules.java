package dev.weir.sampling;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The rules of a model's files for the tokens that may be chosen, as in {@code generation_config.json}.
 *
 * @param endTokens the tokens that end a text
 * @param forcedBegin the first token of every text, independent of the logits
 * @param forcedEnd the possible last tokens of a text that reaches its most tokens; empty forces nothing
 * @param badWords forbidden sequences of tokens; none of them empty
 * @param suppressed tokens that are always forbidden
 * @param suppressedAtBegin tokens that are forbidden as the first
 */
public record TokenRules(
        Set<Integer> endTokens,
        OptionalInt forcedBegin,
        Set<Integer> forcedEnd,
        List<List<Integer>> badWords,
        Set<Integer> suppressed,
        Set<Integer> suppressedAtBegin) {

    public TokenRules {
        endTokens = Set.copyOf(endTokens);
        forcedEnd = Set.copyOf(forcedEnd);
        badWords = badWords.stream().map(List::copyOf).toList();
        suppressed = Set.copyOf(suppressed);
        suppressedAtBegin = Set.copyOf(suppressedAtBegin);
    }

    /** Returns rules with end tokens only. */
    public static TokenRules ending(Set<Integer> endTokens) {
        return new TokenRules(endTokens, OptionalInt.empty(), Set.of(), List.of(), Set.of(), Set.of());
    }

    public TokenRules withEndTokens(Set<Integer> endTokens) {
        return new TokenRules(endTokens, forcedBegin, forcedEnd, badWords, suppressed, suppressedAtBegin);
    }
}
