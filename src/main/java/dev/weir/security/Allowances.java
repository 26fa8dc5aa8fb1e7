package dev.weir.security;

import dev.weir.config.LimitsConfig;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Allowances with the same limits, one for each recently active caller or address. Thread-safe.
 *
 * <p>There are at most {@code most}. An unused allowance is removed, which changes nothing. If all are in use, new callers share
 * one allowance. So a flood of addresses takes no more memory, and no share of the known callers.
 */
final class Allowances<K> {
    private static final long LOOK_EVERY_NANOS = 1_000_000_000L;

    private final String of;
    private final LimitsConfig limits;
    private final int most;
    private final LongSupplier nanos;
    private final ConcurrentMap<K, Allowance> taken = new ConcurrentHashMap<>();
    private final Allowance newcomers;
    private final AtomicLong lookedAt;

    Allowances(String of, LimitsConfig limits, int most, LongSupplier nanos) {
        this.of = of;
        this.limits = limits;
        this.most = most;
        this.nanos = nanos;
        this.newcomers = new Allowance(of, limits, nanos);
        this.lookedAt = new AtomicLong(nanos.getAsLong() - LOOK_EVERY_NANOS);
    }

    Allowance of(K key) {
        Allowance there = taken.get(key);
        if (there != null) {
            return there;
        }
        if (taken.size() >= most) {
            forgetIdle();
        }
        return taken.size() >= most
                ? newcomers
                : taken.computeIfAbsent(key, absent -> new Allowance(of, limits, nanos));
    }

    /** Removes the unused allowances. A pass over all of them is expensive, so there is at most one each second. */
    private void forgetIdle() {
        long before = lookedAt.get();
        long now = nanos.getAsLong();
        if (now - before >= LOOK_EVERY_NANOS && lookedAt.compareAndSet(before, now)) {
            taken.values().removeIf(Allowance::isIdle);
        }
    }

    int size() {
        return taken.size();
    }
}
