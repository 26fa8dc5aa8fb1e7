package dev.weir.component.model;

import dev.weir.inference.spec.RunLimit;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Timers;
import dev.weir.tokenizer.Tokenizer;
import java.time.Duration;

/**
 * The limits for loading models.
 *
 * @param loadTimeout the longest wait of a run for a model, and the longest time to open its files; with zero no run
 *     waits and opening has no limit ({@code weir.model.load-timeout})
 * @param run the longest time of one run of a graph ({@code weir.model.run-timeout})
 * @param trial tests tokenizers ({@code weir.model.trial})
 */
record LoadLimits(Duration loadTimeout, RunLimit run, Tokenizer.Trial trial, Timers timers) {

    /** Runs {@code action} after the load time-out, unless the registration is closed before. */
    Cancellation.Registration afterLoadTimeout(Runnable action) {
        return loadTimeout.isZero() ? () -> {} : timers.after(loadTimeout, action, refusal -> {});
    }
}
