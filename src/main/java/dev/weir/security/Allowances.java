package dev.weir.security;

import dev.weir.config.LimitsConfig;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Allowances of the same size, one for each caller or address that has taken of its own lately. Thread-safe.
 *
 * <p>There are at most {@code most}. Those of which all has come back are forgotten, which changes nothing. If as many are at
 * work as may be, those who come new share one: a flood of addresses takes no more memory, and nothing from whom it found here.
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

    /** Looks at all of them, and so not all the time. */
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
