package dev.weir.stream;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Hands short tasks to threads. If no thread takes a task, since the application ends or the JVM has no thread left, its
 * refusal action runs: nothing may wait for a task that never runs. Thread-safe.
 */
public final class Tasks {
    private static final System.Logger LOG = System.getLogger(Tasks.class.getName());

    private final Executor executor;

    /**
     * Creates tasks on an executor.
     *
     * @param executor runs the tasks; not shut down by this
     */
    public Tasks(Executor executor) {
        this.executor = executor;
    }

    /**
     * Runs {@code task} soon on another thread. Its failure is logged.
     *
     * @param refused runs in place of the task, with the reason, if no thread takes the task. It runs at once on this
     *     thread. For a task that waited when the threads ended, it runs on the thread that ended them.
     */
    public void execute(Runnable task, Consumer<Throwable> refused) {
        try {
            executor.execute(new Handed(task, refused));
        } catch (RuntimeException | Error e) {
            LOG.log(Level.DEBUG, "no thread took a task", e);
            refused.accept(e);
        }
    }

    /**
     * Runs the refusal action of a task that an executor has accepted and will not run. Does nothing for tasks of other code.
     */
    public static void refuse(Runnable taken, Throwable reason) {
        if (taken instanceof Handed handed) {
            try {
                handed.refused.accept(reason);
            } catch (RuntimeException | Error e) {
                FaultLog.error(LOG, "the owner of a refused task failed", e);
            }
        }
    }

    /**
     * Returns the failure of a call for which no thread could be had.
     *
     * @param refusal the argument of the refusal action
     * @return an exception with {@link ErrorCode#NOT_READY}
     */
    public static WeirException refusal(Throwable refusal) {
        return new WeirException(
                ErrorCode.NOT_READY,
                "the call cannot go on (the server is shutting down or has no thread): retry later",
                refusal);
    }

    /** A task and its refusal action. */
    private record Handed(Runnable task, Consumer<Throwable> refused) implements Runnable {
        @Override
        public void run() {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                FaultLog.error(LOG, "a task failed", e);
            }
        }
    }
}
