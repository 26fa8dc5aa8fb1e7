package dev.weir.process;

import java.time.Duration;

/** The starts of a service so far: how long to wait before the next, and whether there is hope. Not thread-safe. */
final class Attempts {
    /** From so many starts in a row on that led to nothing, callers are told instead of kept waiting. */
    private static final int HOPELESS = 3;

    private final Backoff backoff = new Backoff();
    private boolean ready;
    private long readySinceNanos;
    private int inVain;

    /** The service can serve. */
    void ready(long nowNanos) {
        ready = true;
        readySinceNanos = nowNanos;
        inVain = 0;
    }

    /** The service has ended, or could not even begin; the wait before the next start. */
    Duration ended(long nowNanos) {
        Duration served = ready ? Duration.ofNanos(nowNanos - readySinceNanos) : Duration.ZERO;
        inVain = ready ? 0 : inVain + 1;
        ready = false;
        return backoff.after(served);
    }

    /** Whether the last starts led to nothing. */
    boolean hopeless() {
        return inVain >= HOPELESS;
    }
}
