package dev.weir.security;

import dev.weir.config.Rate;
import java.time.Duration;

/**
 * Limits a count in <em>every</em> interval of a fixed length (sliding window). A token bucket would allow twice the count in its
 * first interval: its whole content, and the tokens added meanwhile.
 *
 * <p>The interval is divided into {@value #SLOTS} slots, each with a counter. A slot's count is released when the whole slot is
 * older than the interval. So the limit is never exceeded; over a long time at most a {@value #SLOTS}th of the rate is lost.
 * Thread-safe; uses constant memory.
 */
final class RateWindow {
    static final int SLOTS = 64;

    private final int most;
    private final long slotNanos;
    private final int[] taken = new int[SLOTS + 1];
    private long newest;
    private int sum;

    /**
     * The state of the window.
     *
     * @param granted whether the request is allowed
     * @param remaining the number of further requests allowed now
     * @param more the time until further requests are allowed
     */
    record Standing(boolean granted, int remaining, Duration more) {}

    RateWindow(Rate rate, long nanos) {
        this.most = rate.count();
        this.slotNanos = Math.max(1, rate.window().toNanos() / SLOTS);
        this.newest = Math.floorDiv(nanos, slotNanos);
    }

    /** Counts one request if the limit allows it. */
    synchronized Standing take(long nanos) {
        advance(nanos);
        boolean granted = sum < most;
        if (granted) {
            sum++;
            taken[at(newest)]++;
        }
        return new Standing(granted, most - sum, more(nanos));
    }

    /** Whether the window counts no request, as when it was made. */
    synchronized boolean isFull(long nanos) {
        advance(nanos);
        return sum == 0;
    }

    private void advance(long nanos) {
        long now = Math.floorDiv(nanos, slotNanos);
        for (long slot = Math.max(newest, now - taken.length) + 1; slot <= now; slot++) {
            sum -= taken[at(slot)];
            taken[at(slot)] = 0;
        }
        newest = Math.max(newest, now);
    }

    /** The index in a ring of the interval's slots and the current slot. */
    private int at(long slot) {
        return (int) Math.floorMod(slot, (long) taken.length);
    }

    private Duration more(long nanos) {
        for (long slot = newest - SLOTS; slot <= newest; slot++) {
            if (taken[at(slot)] > 0) {
                return Duration.ofNanos(Math.max(0, (slot + taken.length) * slotNanos - nanos));
            }
        }
        return Duration.ZERO;
    }
}
