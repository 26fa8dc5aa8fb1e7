package dev.weir.stream;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * One action that runs whenever it is signalled: never twice at the same time, at least once after each signal, and each run sees
 * what the runs before it have written. It runs on the thread that raises the count of signals from zero; every other thread leaves
 * its signal to that one. Thread-safe.
 *
 * @see SerialTask the same on other threads
 */
public final class SerialAction {
    private static final System.Logger LOG = System.getLogger(SerialAction.class.getName());

    private final Runnable action;
    private final AtomicInteger signals = new AtomicInteger();

    /** @param action must not block; what it throws is logged */
    public SerialAction(Runnable action) {
        this.action = action;
    }

    /** Has the action run, here or on the thread where it runs now. */
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
