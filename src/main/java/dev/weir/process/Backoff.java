package dev.weir.process;

import java.time.Duration;

/** Computes the wait before a service is started again: 1 s, doubled each time, at most 60 s. */
final class Backoff {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    /** After a ready time of at least this, the waits begin again with the first. */
    private static final Duration HEALTHY = Duration.ofMinutes(1);

    private Duration next = FIRST;

    /**
     * Returns the wait before the next start.
     *
     * @param wasReady the time for which the service was ready before its end
     */
    Duration after(Duration wasReady) {
        if (wasReady.compareTo(HEALTHY) >= 0) {
            next = FIRST;
        }
        Duration wait = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
        return wait;
    }
}
