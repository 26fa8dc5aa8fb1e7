package dev.weir.security;

import dev.weir.RateLimitedException;
import dev.weir.config.LimitsConfig;
import dev.weir.config.Rate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** What one caller, one address or one workflow may have, and what of it is taken. Thread-safe. */
public final class Allowance {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final String of;
    private final LimitsConfig limits;
    private final LongSupplier nanos;
    private final Optional<RateWindow> requests;
    private final Optional<Pace> chunks;
    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicInteger readers = new AtomicInteger();

    /**
     * Nothing of it is taken.
     *
     * @param of whose it is, as clients are told: {@code key}, {@code address}, {@code workflow}
     * @param nanos a clock that never goes back, such as {@link System#nanoTime}
     */
    public Allowance(String of, LimitsConfig limits, LongSupplier nanos) {
        this.of = of;
        this.limits = limits;
        this.nanos = nanos;
        this.requests = limits.requests().map(rate -> new RateWindow(rate, nanos.getAsLong()));
        this.chunks = limits.chunks().map(rate -> new Pace(rate, nanos.getAsLong()));
    }

    /**
     * How requests stand, for the header fields that tell it.
     *
     * @param granted whether this one is allowed
     * @param remaining how many more are allowed now
     * @param more how long until there are more
     */
    record Quota(String of, Rate rate, boolean granted, int remaining, Duration more) {
        RateLimitedException refusal() {
            return new RateLimitedException(
                    "this " + of + " may have " + rate.count() + " requests in "
                            + rate.window().toSeconds() + " s, and has had them; try again later",
                    more);
        }

        /** Begun ones count. */
        long seconds() {
            return more.plusNanos(999_999_999).toSeconds();
        }
    }

    /** Takes one request, if there is one left; empty where they have no limit. */
    Optional<Quota> request() {
        if (requests.isEmpty()) {
            return Optional.empty();
        }
        RateWindow.Standing standing = requests.get().take(nanos.getAsLong());
        return Optional.of(new Quota(
                of, limits.requests().orElseThrow(), standing.granted(), standing.remaining(), standing.more()));
    }

    /** Takes a place for a run, or for a reader, which must leave it. */
    void enter(boolean reads) {
        if (limits.streams().isEmpty()) {
            return;
        }
        int most = limits.streams().get();
        AtomicInteger taken = reads ? readers : runs;
        if (taken.incrementAndGet() > most) {
            taken.decrementAndGet();
            throw new RateLimitedException(
                    "this " + of + " may have " + most + (reads ? " readers of events" : " runs")
                            + " at a time, and has them; try again when one has ended",
                    SOON);
        }
    }

    void leave(boolean reads) {
        if (limits.streams().isPresent()) {
            (reads ? readers : runs).decrementAndGet();
        }
    }

    boolean hasPace() {
        return chunks.isPresent();
    }

    /** Takes a chunk's turn; how long it is until then. */
    long paceNanos() {
        return chunks.isEmpty() ? 0 : chunks.get().takeNanos(nanos.getAsLong());
    }

    /** Whether one that is made anew would be the same: nothing is taken. */
    boolean isIdle() {
        long now = nanos.getAsLong();
        return runs.get() == 0
                && readers.get() == 0
                && requests.stream().allMatch(window -> window.isFull(now))
                && chunks.stream().allMatch(pace -> pace.isIdle(now));
    }
}
