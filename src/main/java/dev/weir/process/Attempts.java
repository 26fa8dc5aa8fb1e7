package dev.weir.process;

import java.time.Duration;

/** Counts the starts of a service: gives the wait before the next start, and detects repeated failure. Not thread-safe. */
final class Attempts {
    /** After this many failed starts in a row, calls fail at once instead of waiting. */
    private static final int HOPELESS = 3;

    private final Backoff backoff = new Backoff();
    private boolean ready;
    private long readySinceNanos;
    private int failedStarts;

    /** Records that the service is ready. */
    void ready(long nowNanos) {
        ready = true;
        readySinceNanos = nowNanos;
        failedStarts = 0;
    }

    /** Records the end of the service, or a start that failed. Returns the wait before the next start. */
    Duration ended(long nowNanos) {
        Duration served = ready ? Duration.ofNanos(nowNanos - readySinceNanos) : Duration.ZERO;
        failedStarts = ready ? 0 : failedStarts + 1;
        ready = false;
        return backoff.after(served);
    }

    /** True if the last starts have all failed. */
    boolean isFailing() {
        return failedStarts >= HOPELESS;
    }
}
