package dev.weir.stream;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One action that runs on task threads whenever it is signalled: never twice at the same time, at least once after each signal, and
 * each run sees what the runs before it have written. Signals are cheap and come from any thread. Thread-safe.
 *
 * <p>Whoever raises the count of signals from zero hands the action to a thread. That thread takes off what it has seen before the
 * action, and hands the action over again if signals are left, so that other tasks have their turn in between.
 */
public final class SerialTask {
    private static final System.Logger LOG = System.getLogger(SerialTask.class.getName());

    private final Tasks tasks;
    private final Runnable action;
    private final Consumer<Throwable> refused;
    private final AtomicInteger signals = new AtomicInteger();
    private final Runnable work = this::work;

    /**
     * An action that has no signal yet.
     *
     * @param action must not block for long; what it throws is logged
     * @param refused run at most once, in place of the action, when no thread takes it: on the signalling thread, while the action does
     *     not run and never runs again. It must end what the action would have ended.
     */
    public SerialTask(Tasks tasks, Runnable action, Consumer<Throwable> refused) {
        this.tasks = tasks;
        this.action = action;
        this.refused = refused;
    }

    /** Has the action run. */
    public void signal() {
        if (signals.getAndIncrement() == 0) {
            handOver();
        }
    }

    private void handOver() {
        tasks.execute(work, refused);
    }

    private void work() {
        int seen = signals.get();
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            FaultLog.error(LOG, "an action failed", e);
        }
        if (signals.addAndGet(-seen) != 0) {
            handOver();
        }
    }
}
