package dev.weir.security;

import dev.weir.RateLimitedException;
import dev.weir.config.LimitsConfig;
import dev.weir.config.Rate;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
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
    private final Map<Use, AtomicInteger> uses = new EnumMap<>(Use.class);

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
        for (Use use : Use.values()) {
            uses.put(use, new AtomicInteger());
        }
        this.chunks = limits.chunks().map(rate -> new Pace(rate, nanos.getAsLong()));
    }

    /** What takes a place; each has as many. */
    enum Use {
        RUN("runs"),
        READER("readers of events"),
        BODY("request bodies on their way");

        private final String plural;

        Use(String plural) {
            this.plural = plural;
        }
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
                    "request limit of this " + of + " is reached (" + rate.count() + " in "
                            + rate.window().toSeconds() + " s): retry later",
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

    /** Takes a place, which must be left. */
    void enter(Use use) {
        if (limits.streams().isEmpty()) {
            return;
        }
        int most = limits.streams().get();
        AtomicInteger taken = taken(use);
        if (taken.incrementAndGet() > most) {
            taken.decrementAndGet();
            throw new RateLimitedException(
                    "limit of " + use.plural + " of this " + of + " is reached (" + most
                            + " at a time): retry when one has ended",
                    SOON);
        }
    }

    void leave(Use use) {
        if (limits.streams().isPresent()) {
            taken(use).decrementAndGet();
        }
    }

    private AtomicInteger taken(Use use) {
        return Objects.requireNonNull(uses.get(use));
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
        return uses.values().stream().allMatch(taken -> taken.get() == 0)
                && requests.stream().allMatch(window -> window.isFull(now))
                && chunks.stream().allMatch(pace -> pace.isIdle(now));
    }
}
