package dev.weir.stream;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * An action that runs when it is signalled: never twice at the same time, and at least once after each signal. Each run sees
 * the writes of earlier runs. It runs on the thread that raises the count of signals from zero; other threads only count.
 * Thread-safe.
 *
 * @see SerialTask the same on task threads
 */
public final class SerialAction {
    private static final System.Logger LOG = System.getLogger(SerialAction.class.getName());

    private final Runnable action;
    private final AtomicInteger signals = new AtomicInteger();

    /**
     * Creates an action without a signal.
     *
     * @param action must not block; its failure is logged
     */
    public SerialAction(Runnable action) {
        this.action = action;
    }

    /** Runs the action on this thread, or makes the thread that runs it run it again. */
    public void signal() {
        if (signals.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            try {
                action.run();
            } catch (RuntimeException | Error e) {
                FaultLog.error(LOG, "an action failed", e);
            }
            seen = signals.addAndGet(-seen);
        } while (seen != 0);
    }
}
