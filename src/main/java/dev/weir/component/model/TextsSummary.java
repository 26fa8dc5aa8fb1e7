package dev.weir.component.model;

import dev.weir.stream.Summary;
import dev.weir.stream.Summary.Finish;
import dev.weir.stream.WrittenSummary;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The summary of all texts of a call: sums of their tokens, and the reason of the end and the stop sequence that all texts
 * share. Used by one task at a time.
 */
final class TextsSummary {
    private final WrittenSummary written = new WrittenSummary();
    private final Set<Finish> reasons = EnumSet.noneOf(Finish.class);
    private final Set<String> stopSequences = new HashSet<>();
    private boolean withoutStopSequence;

    /** Adds the complete texts of one input. Its prompt counts once. */
    void add(List<Summary> texts) {
        texts.stream().limit(1).forEach(text -> text.promptTokens().ifPresent(written::addPrompt));
        for (Summary text : texts) {
            text.completionTokens().ifPresent(written::addCompletion);
            text.finish().ifPresent(reasons::add);
            text.stopSequence().ifPresentOrElse(stopSequences::add, () -> withoutStopSequence = true);
        }
    }

    /** Returns the summary of the texts that were added. No further texts may be added. */
    Summary written() {
        if (reasons.size() == 1) {
            reasons.forEach(written::end);
        }
        if (stopSequences.size() == 1 && !withoutStopSequence) {
            stopSequences.forEach(written::endAt);
        }
        return written;
    }
}
