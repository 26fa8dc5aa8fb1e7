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

/** The limits of one caller, one address or one workflow, and the current use. Thread-safe. */
public final class Allowance {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final String of;
    private final LimitsConfig limits;
    private final LongSupplier nanos;
    private final Optional<RateWindow> requests;
    private final Optional<Pace> chunks;
    private final Map<Use, AtomicInteger> uses = new EnumMap<>(Use.class);

    /**
     * Begins unused.
     *
     * @param of what the limits apply to, for messages: {@code key}, {@code address} or {@code workflow}
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

    /** The kinds of concurrent use. The limit applies to each kind separately. */
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
     * The state of the limit of requests, for the header fields.
     *
     * @param granted whether the request is allowed
     * @param remaining the number of further requests allowed now
     * @param more the time until further requests are allowed
     */
    record Quota(String of, Rate rate, boolean granted, int remaining, Duration more) {
        RateLimitedException refusal() {
            return new RateLimitedException(
                    "request limit of this " + of + " is reached (" + rate.count() + " in "
                            + rate.window().toSeconds() + " s): retry later",
                    of,
                    more);
        }

        /** The time until further requests are allowed, in seconds, rounded up. */
        long seconds() {
            return more.plusNanos(999_999_999).toSeconds();
        }
    }

    /** Counts one request if the limit allows it. Empty without a limit of requests. */
    Optional<Quota> request() {
        if (requests.isEmpty()) {
            return Optional.empty();
        }
        RateWindow.Standing standing = requests.get().take(nanos.getAsLong());
        return Optional.of(new Quota(
                of, limits.requests().orElseThrow(), standing.granted(), standing.remaining(), standing.more()));
    }

    /**
     * Takes a place, which must be released by {@link #leave}.
     *
     * @throws RateLimitedException if the limit is reached
     */
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
                    of,
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

    /**
     * Takes the next time slot for a chunk.
     *
     * @return the time until the slot, in nanoseconds
     */
    long paceNanos() {
        return chunks.isEmpty() ? 0 : chunks.get().takeNanos(nanos.getAsLong());
    }

    /** Whether nothing is in use, so that a new allowance would be the same. */
    boolean isIdle() {
        long now = nanos.getAsLong();
        return uses.values().stream().allMatch(taken -> taken.get() == 0)
                && requests.stream().allMatch(window -> window.isFull(now))
                && chunks.stream().allMatch(pace -> pace.isIdle(now));
    }
}
