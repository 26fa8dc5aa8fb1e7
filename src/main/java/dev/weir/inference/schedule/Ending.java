package dev.weir.inference.schedule;

import dev.weir.sampling.TokenRules;
import dev.weir.stream.Summary.Finish;
import dev.weir.stream.WrittenSummary;
import dev.weir.tokenizer.StopSequences;

/**
 * Decides the finish reason of a text.
 *
 * @param maxNewTokens the most tokens of the text
 */
record Ending(TokenRules rules, int maxNewTokens) {

    /**
     * Writes the reason. An end token that the rules force at the most tokens is a cut, not an end of the text.
     *
     * @param stop has searched the whole text
     * @param lastToken the last generated token; -1 for none
     */
    void write(WrittenSummary summary, StopSequences stop, int lastToken, int newTokens) {
        boolean forced = newTokens >= maxNewTokens && !rules.forcedEnd().isEmpty();
        boolean ended = rules.endTokens().contains(lastToken) && !forced;
        stop.found().ifPresentOrElse(summary::endAt, () -> summary.end(ended ? Finish.STOP : Finish.LENGTH));
    }
}
