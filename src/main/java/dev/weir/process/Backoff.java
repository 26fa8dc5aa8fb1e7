package dev.weir.process;

import java.time.Duration;

/** How long to wait before a service is started again: a second, doubled each time, at most a minute. */
final class Backoff {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    /** A service that was ready for so long begins anew. */
    private static final Duration HEALTHY = Duration.ofMinutes(1);

    private Duration next = FIRST;

    /** The wait after an end; {@code wasReady} is how long the service could serve before it. */
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
