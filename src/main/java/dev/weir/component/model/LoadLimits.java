package dev.weir.component.model;

import dev.weir.inference.spec.RunLimit;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Timers;
import dev.weir.tokenizer.Tokenizer;
import java.time.Duration;

/**
 * What bounds the loading of models.
 *
 * @param loadTimeout the longest that a run waits for a model, and the longest that opening its files takes; zero lets no run wait, and
 *     does not bound the opening ({@code weir.model.load-timeout})
 * @param run the longest of one run of a graph ({@code weir.model.run-timeout})
 * @param trial tries tokenizers ({@code weir.model.trial})
 */
record LoadLimits(Duration loadTimeout, RunLimit run, Tokenizer.Trial trial, Timers timers) {

    /** Runs {@code action} when opening takes too long, unless that is taken back. */
    Cancellation.Registration afterLoadTimeout(Runnable action) {
        return loadTimeout.isZero() ? () -> {} : timers.after(loadTimeout, action, refusal -> {});
    }
}
