package dev.weir.workflow;

import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Timers that a test fires; none fires by itself during a test. */
public final class HandTimers extends ScheduledThreadPoolExecutor {
    /** Creates timers without an action. */
    public HandTimers() {
        super(1, task -> {
            Thread thread = new Thread(task, "hand-timers");
            thread.setDaemon(true);
            return thread;
        });
        setRemoveOnCancelPolicy(true);
    }

    /** The number of set timers. */
    public int pending() {
        return getQueue().size();
    }

    /** Fires the earliest timer now, on this thread. */
    public void fire() {
        Runnable earliest = getQueue().element();
        remove(earliest);
        earliest.run();
    }
}
