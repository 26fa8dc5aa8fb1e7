package dev.weir.security;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a run, a reader of events, or a request body on its way holds of allowances until it is closed. Thread-safe. */
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

    /** Of nobody, holding nothing. */
    public static Reservation none() {
        return new Reservation("", List.of(), Allowance.Use.RUN);
    }

    /** Enters all, or none and throws. */
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

    /** Who holds it: the caller's name; empty where nobody is asked. */
    public String owner() {
        return owner;
    }

    /** Whether chunks have to wait for their turn. */
    public boolean hasPace() {
        return allowances.stream().anyMatch(Allowance::hasPace);
    }

    /** Takes a chunk's turn in each of the allowances; how long it is until the last of them. */
    public long paceNanos() {
        long longest = 0;
        for (Allowance allowance : allowances) {
            longest = Math.max(longest, allowance.paceNanos());
        }
        return longest;
    }

    /** Gives all back; doing it twice does nothing. */
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            allowances.forEach(allowance -> allowance.leave(use));
        }
    }
}
