package dev.weir.inference.spec;

import dev.weir.stream.Cancellation;
import dev.weir.stream.Timers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The longest that one run of a graph takes. A graph may hold a loop, so that nothing but a limit ends it.
 *
 * @param most zero for no limit
 * @param timers null for no limit
 */
public record RunLimit(Duration most, @Nullable Timers timers) {
    /** No limit. */
    public static final RunLimit NONE = new RunLimit(Duration.ZERO, null);

    /** Runs {@code action} when the limit has passed, unless that is taken back. Where there is no timer any more, never. */
    public Cancellation.Registration after(Runnable action) {
        return timers == null || most.isZero() ? () -> {} : timers.after(most, action, refusal -> {});
    }
}
