package dev.weir.sampling;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a model's own files say of the tokens it may choose, as in {@code generation_config.json}.
 *
 * @param endTokens the tokens that end a text
 * @param forcedBegin the first token of every text, whatever the model foretells
 * @param forcedEnd what the last token of a text must be that reaches its most tokens; empty forces nothing
 * @param badWords runs of tokens that may not come; none of them empty
 * @param suppressed tokens that may never come
 * @param suppressedAtBegin tokens that may not be the first
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

    /** Nothing but the tokens that end a text. */
    public static TokenRules ending(Set<Integer> endTokens) {
        return new TokenRules(endTokens, OptionalInt.empty(), Set.of(), List.of(), Set.of(), Set.of());
    }

    public TokenRules withEndTokens(Set<Integer> endTokens) {
        return new TokenRules(endTokens, forcedBegin, forcedEnd, badWords, suppressed, suppressedAtBegin);
    }
}
