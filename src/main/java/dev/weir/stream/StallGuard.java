package dev.weir.stream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ends a wait for the other side of a connection, which sends nothing or takes nothing. One timer looks now and then at how
 * long the wait has lasted, so that a wait that ends in time costs two writes of fields. The waits follow one another; the
 * methods may be called on any thread.
 */
public final class StallGuard {
    private final Timers timers;
    private final long limitNanos;
    private final Runnable whenStalled;
    private final Runnable whenUnguarded;
    private volatile boolean waiting;
    private volatile long since;
    private volatile boolean ended;
    private volatile Cancellation.@Nullable Registration next;

    /**
     * A guard that does not look yet.
     *
     * @param whenStalled run once, on a timer's thread; must not block
     * @param whenUnguarded run once, in place of {@code whenStalled}, when there is no timer; must not block
     */
    public StallGuard(Timers timers, Duration limit, Runnable whenStalled, Runnable whenUnguarded) {
        this.timers = timers;
        this.limitNanos = limit.toNanos();
        this.whenStalled = whenStalled;
        this.whenUnguarded = whenUnguarded;
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
        Cancellation.Registration pending = next;
        if (pending != null) {
            pending.close();
        }
    }

    private void lookIn(long nanos) {
        next = timers.after(Duration.ofNanos(nanos), this::look, refusal -> {
            ended = true;
            whenUnguarded.run();
        });
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
