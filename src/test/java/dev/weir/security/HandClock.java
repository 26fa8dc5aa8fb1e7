package dev.weir.security;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A clock that only a test advances. */
final class HandClock implements LongSupplier {
    /** Neither zero nor the beginning of any window. */
    private long nanos = -123_456_789_012L;

    @Override
    public long getAsLong() {
        return nanos;
    }

    void advance(Duration span) {
        nanos += span.toNanos();
    }
}
