package dev.weir.stream;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Hands short tasks to threads. A task that no thread takes, since the application ends or the JVM has no thread left, is told to
 * the caller: nothing waits for a task that never runs. Thread-safe.
 */
public final class Tasks {
    private static final System.Logger LOG = System.getLogger(Tasks.class.getName());

    private final Executor executor;

    /** @param executor whose threads run the tasks; not ended by this */
    public Tasks(Executor executor) {
        this.executor = executor;
    }

    /**
     * Runs {@code task} soon on another thread. What it throws is logged.
     *
     * @param refused run instead, if no thread takes the task; takes the reason. It runs at once on this thread, or, for a task that
     *     waited when the threads ended, on the thread that ended them.
     */
    public void execute(Runnable task, Consumer<Throwable> refused) {
        try {
            executor.execute(new Handed(task, refused));
        } catch (RuntimeException | Error e) {
            LOG.log(Level.DEBUG, "no thread took a task", e);
            refused.accept(e);
        }
    }

    /** Tells the owner of a task that an executor has taken and will not run; a task of no owner is left out. */
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
     * What a call is told for which no thread could be had.
     *
     * @param refusal what a refusal action takes
     */
    public static WeirException refusal(Throwable refusal) {
        return new WeirException(
                ErrorCode.NOT_READY,
                "the call cannot go on (the server is shutting down or has no thread): retry later",
                refusal);
    }

    /** A task and what is run instead. */
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
