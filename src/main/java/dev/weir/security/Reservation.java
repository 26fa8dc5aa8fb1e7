package dev.weir.security;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The share of the allowances that a run, a reader of events, or an incomplete request body holds until it is closed.
 * Thread-safe.
 */
public final class Reservation implements AutoCloseable {
    private final String owner;
    private final List<Allowance> allowances;
    private final Allowance.Use use;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Reservation(String owner, List<Allowance> allowances, Allowance.Use use) {
        this.owner = owner;
        this.allowances = List.copyOf(allowances);
        this.use = use;
    }

    /** An empty reservation without an owner. */
    public static Reservation none() {
        return new Reservation("", List.of(), Allowance.Use.RUN);
    }

    /** Takes a place in all allowances, or throws and takes none. */
    static Reservation enter(String owner, List<Allowance> allowances, Allowance.Use use) {
        List<Allowance> entered = new ArrayList<>();
        try {
            for (Allowance allowance : allowances) {
                allowance.enter(use);
                entered.add(allowance);
            }
        } catch (RuntimeException e) {
            entered.forEach(allowance -> allowance.leave(use));
            throw e;
        }
        return new Reservation(owner, entered, use);
    }

    /** The caller's name; empty without authentication. */
    public String owner() {
        return owner;
    }

    /** Whether the rate of chunks is limited. */
    public boolean hasPace() {
        return allowances.stream().anyMatch(Allowance::hasPace);
    }

    /**
     * Takes the next time slot for a chunk in each allowance.
     *
     * @return the time until the latest of the slots, in nanoseconds
     */
    public long paceNanos() {
        long longest = 0;
        for (Allowance allowance : allowances) {
            longest = Math.max(longest, allowance.paceNanos());
        }
        return longest;
    }

    /** Releases all places. A second call does nothing. */
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            allowances.forEach(allowance -> allowance.leave(use));
        }
    }
}
