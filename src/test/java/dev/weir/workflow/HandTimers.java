package dev.weir.workflow;

import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Timers that go off when a test says so, and not by themselves within the time of any test. */
public final class HandTimers extends ScheduledThreadPoolExecutor {
    /** None is set. */
    public HandTimers() {
        super(1, task -> {
            Thread thread = new Thread(task, "hand-timers");
            thread.setDaemon(true);
            return thread;
        });
        setRemoveOnCancelPolicy(true);
    }

    /** How many are set. */
    public int pending() {
        return getQueue().size();
    }

    /** The earliest goes off now, on this thread. */
    public void fire() {
        Runnable earliest = getQueue().element();
        remove(earliest);
        earliest.run();
    }
}
