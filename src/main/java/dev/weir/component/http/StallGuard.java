package dev.weir.component.http;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends the wait for an upstream that sends nothing. One timer looks now and then at how long the wait has lasted, so that a
 * piece that comes in time costs one write of a field.
 */
final class StallGuard {
    private final ScheduledExecutorService timers;
    private final long limitNanos;
    private final Runnable whenStalled;
    private volatile boolean waiting;
    private volatile long since;
    private volatile boolean ended;
    private volatile @Nullable Future<?> next;

    /**
     * A guard that does not look yet.
     *
     * @param whenStalled run once, on a timer's thread; must not block
     */
    StallGuard(ScheduledExecutorService timers, Duration limit, Runnable whenStalled) {
        this.timers = timers;
        this.limitNanos = limit.toNanos();
        this.whenStalled = whenStalled;
    }

    /** Begins to look. */
    void start() {
        lookIn(limitNanos);
    }

    /** From now on the upstream is waited for. */
    void waiting() {
        since = System.nanoTime();
        waiting = true;
    }

    /** It is not waited for: it has sent something, and its reader has to take that first. */
    void notWaiting() {
        waiting = false;
    }

    /** Nothing more is waited for. */
    void end() {
        ended = true;
        Future<?> pending = next;
        if (pending != null) {
            pending.cancel(false);
        }
    }

    private void lookIn(long nanos) {
        try {
            next = timers.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // The application is ending, and ends what waits by itself.
            ended = true;
        }
    }

    private void look() {
        if (ended) {
            return;
        }
        long left = waiting ? limitNanos - (System.nanoTime() - since) : limitNanos;
        if (left > 0) {
            lookIn(left);
        } else {
            ended = true;
            whenStalled.run();
        }
    }
}
