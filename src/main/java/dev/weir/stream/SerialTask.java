package dev.weir.stream;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * An action that runs on task threads when it is signalled: never twice at the same time, and at least once after each
 * signal. Each run sees the writes of earlier runs. A signal is cheap and may come from any thread. Thread-safe.
 *
 * <p>The thread that raises the count of signals from zero hands the action to a task. After the action, the task subtracts
 * the signals that it saw before. If signals remain, it hands the action over again, so that other tasks run between.
 */
public final class SerialTask {
    private static final System.Logger LOG = System.getLogger(SerialTask.class.getName());

    private final Tasks tasks;
    private final Runnable action;
    private final Consumer<Throwable> refused;
    private final AtomicInteger signals = new AtomicInteger();
    private final Runnable work = this::work;

    /**
     * Creates an action without a signal.
     *
     * @param action must not block for long; its failure is logged
     * @param refused runs at most once, in place of the action, when no thread takes it: on the signalling thread, while
     *     the action does not run and never runs again. It must end what the action would have ended.
     */
    public SerialTask(Tasks tasks, Runnable action, Consumer<Throwable> refused) {
        this.tasks = tasks;
        this.action = action;
        this.refused = refused;
    }

    /** Runs the action soon on a task thread. */
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
