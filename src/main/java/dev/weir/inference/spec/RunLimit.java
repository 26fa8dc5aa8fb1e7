package dev.weir.inference.spec;

import dev.weir.stream.Cancellation;
import dev.weir.stream.Timers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time limit of one run of a graph. A graph may hold an endless loop, which only a limit ends.
 *
 * @param most the limit; zero for none
 * @param timers run the action at the limit; null for no limit
 */
public record RunLimit(Duration most, @Nullable Timers timers) {
    /** No limit. */
    public static final RunLimit NONE = new RunLimit(Duration.ZERO, null);

    /**
     * Schedules {@code action} for the time when the limit has passed. It never runs if there is no limit, if the timers are shut
     * down, or if the registration is closed before.
     */
    public Cancellation.Registration after(Runnable action) {
        return timers == null || most.isZero() ? () -> {} : timers.after(most, action, refusal -> {});
    }
}
