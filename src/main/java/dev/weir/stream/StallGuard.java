package dev.weir.stream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ends a wait for the other side of a connection when the stall limit is reached. One timer checks the age of the wait, so
 * that a wait costs only two writes of fields. One wait at a time; the methods may be called on any thread.
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
     * Creates a guard that has not started.
     *
     * @param limit the stall limit, the longest wait
     * @param whenStalled runs once, on a timer's thread; must not block
     * @param whenUnguarded runs once in place of {@code whenStalled} if no timer can be had; must not block
     */
    public StallGuard(Timers timers, Duration limit, Runnable whenStalled, Runnable whenUnguarded) {
        this.timers = timers;
        this.limitNanos = limit.toNanos();
        this.whenStalled = whenStalled;
        this.whenUnguarded = whenUnguarded;
    }

    /** Starts the timer. */
    public void start() {
        lookIn(limitNanos);
    }

    /** Begins a wait for the other side. */
    public void waiting() {
        since = System.nanoTime();
        waiting = true;
    }

    /** Ends a wait: the next action is this side's. */
    public void notWaiting() {
        waiting = false;
    }

    /** Stops the timer permanently. */
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
