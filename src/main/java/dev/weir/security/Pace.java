package dev.weir.security;

import dev.weir.config.Rate;

/**
 * The times at which chunks may go, so many in so much time. Whoever comes too early is told how long to wait, and has its
 * turn then, in the order of coming. A {@value #LEEWAY}th of the span may be caught up with at once. Thread-safe.
 *
 * <p>This is the generic cell rate algorithm (ITU-T I.371), which needs one number.
 */
final class Pace {
    private static final int LEEWAY = 64;

    private final long intervalNanos;
    private final long leewayNanos;
    private long next;

    Pace(Rate rate, long nanos) {
        this.intervalNanos = Math.max(1, rate.window().toNanos() / rate.count());
        this.leewayNanos = rate.window().toNanos() / LEEWAY;
        this.next = nanos - leewayNanos;
    }

    /** Takes the next turn; how long it is until then. */
    synchronized long takeNanos(long nanos) {
        next = Math.max(next, nanos - leewayNanos);
        long wait = Math.max(0, next - nanos);
        next += intervalNanos;
        return wait;
    }

    /** Whether a new one would give the same turns. */
    synchronized boolean isIdle(long nanos) {
        return next <= nanos - leewayNanos;
    }
}
