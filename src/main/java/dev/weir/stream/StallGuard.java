package dev.weir.stream;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a wait for the other side of a connection, which sends nothing or takes nothing. One timer looks now and then at how
 * long the wait has lasted, so that a wait that ends in time costs two writes of fields. The waits follow one another; the
 * methods may be called on any thread.
 */
public final class StallGuard {
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
    public StallGuard(ScheduledExecutorService timers, Duration limit, Runnable whenStalled) {
        this.timers = timers;
        this.limitNanos = limit.toNanos();
        this.whenStalled = whenStalled;
    }

    /** Begins to look. */
    public void start() {
        lookIn(limitNanos);
    }

    /** From now on the other side is waited for. */
    public void waiting() {
        since = System.nanoTime();
        waiting = true;
    }

    /** It is not waited for: the next thing to do is this side's. */
    public void notWaiting() {
        waiting = false;
    }

    /** Nothing more is waited for. */
    public void end() {
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
