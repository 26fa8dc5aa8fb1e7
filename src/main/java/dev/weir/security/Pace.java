package dev.weir.security;

import dev.weir.config.Rate;

/**
 * Assigns the times at which chunks may be sent, by a rate. A chunk that is too early gets a later time slot, in the order of the
 * calls. A delay of up to a {@value #LEEWAY}th of the rate's window is caught up at once. Thread-safe.
 *
 * <p>This is the generic cell rate algorithm (ITU-T I.371), which stores one number.
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

    /**
     * Takes the next time slot.
     *
     * @return the time until the slot, in nanoseconds
     */
    synchronized long takeNanos(long nanos) {
        next = Math.max(next, nanos - leewayNanos);
        long wait = Math.max(0, next - nanos);
        next += intervalNanos;
        return wait;
    }

    /** Whether a new instance would give the same slots. */
    synchronized boolean isIdle(long nanos) {
        return next <= nanos - leewayNanos;
    }
}
