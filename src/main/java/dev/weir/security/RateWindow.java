package dev.weir.security;

import dev.weir.config.Rate;
import java.time.Duration;

/**
 * So many in <em>any</em> span of so much time. A bucket of tokens would let through twice as many in its first span: all
 * that it holds, and what comes in meanwhile.
 *
 * <p>The span is cut into {@value #SLOTS} slots, each of which counts. What was taken in a slot comes back when the whole
 * slot is older than the span, so that never more than the rate is let through, and over long no more than a {@value #SLOTS}th
 * less. Thread-safe; takes the same memory whatever happens.
 */
final class RateWindow {
    static final int SLOTS = 64;

    private final int most;
    private final long slotNanos;
    private final int[] taken = new int[SLOTS + 1];
    private long newest;
    private int sum;

    /**
     * How it stands.
     *
     * @param granted whether what was asked for was let through
     * @param remaining how many more would be
     * @param more how long until there is more
     */
    record Standing(boolean granted, int remaining, Duration more) {}

    RateWindow(Rate rate, long nanos) {
        this.most = rate.count();
        this.slotNanos = Math.max(1, rate.window().toNanos() / SLOTS);
        this.newest = Math.floorDiv(nanos, slotNanos);
    }

    /** Takes one, if there is one. */
    synchronized Standing take(long nanos) {
        advance(nanos);
        boolean granted = sum < most;
        if (granted) {
            sum++;
            taken[at(newest)]++;
        }
        return new Standing(granted, most - sum, more(nanos));
    }

    /** Whether all is there again, as if nobody had ever taken any. */
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

    /** One ring of the span's slots and the one that is being filled. */
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
