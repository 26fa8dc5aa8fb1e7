package dev.weir.workflow.served;

import dev.weir.stream.Tasks;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Closes unused components on threads that may block: to close a model takes seconds, too long for timer and shared threads.
 * If no thread can be had, the next closing that has one or {@link #await} closes them. Thread-safe.
 */
public final class Closings {
    private static final System.Logger LOG = System.getLogger(Closings.class.getName());

    private final Tasks tasks;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** The closings for which no thread could be had. */
    private final Deque<Closing> stranded = new ArrayDeque<>();

    private int unfinished;

    private record Closing(String what, Runnable action) {}

    /**
     * Creates an instance without closings.
     *
     * @param tasks run on threads that may block
     */
    public Closings(Tasks tasks) {
        this.tasks = tasks;
    }

    /**
     * Runs {@code action} once, soon. Does not wait for it. Its failure is logged.
     *
     * @param what the name of the closed things, for the log
     */
    void close(String what, Runnable action) {
        Closing closing = new Closing(what, action);
        lock.lock();
        try {
            unfinished++;
        } finally {
            lock.unlock();
        }
        tasks.execute(
                () -> {
                    run(closing);
                    runStranded();
                },
                reason -> strand(closing, reason));
    }

    private void strand(Closing closing, Throwable reason) {
        lock.lock();
        try {
            stranded.add(closing);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        LOG.log(Level.DEBUG, closing.what() + " are closed with the next, or at the end: no thread", reason);
    }

    private void runStranded() {
        for (Closing closing = next(); closing != null; closing = next()) {
            run(closing);
        }
    }

    private @Nullable Closing next() {
        lock.lock();
        try {
            return stranded.poll();
        } finally {
            lock.unlock();
        }
    }

    private void run(Closing closing) {
        try {
            closing.action().run();
        } catch (Throwable e) {
            LOG.log(Level.WARNING, closing.what() + " did not close", e);
        } finally {
            finished();
        }
    }

    private void finished() {
        lock.lock();
        try {
            unfinished--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until all closings have finished. Closings without a thread run on the calling thread and may exceed
     * {@code limit}.
     *
     * @return false if a closing has not finished after {@code limit}
     */
    public boolean await(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            runStranded();
            lock.lockInterruptibly();
            try {
                long left = deadline - System.nanoTime();
                if (unfinished == 0 || left <= 0) {
                    return unfinished == 0;
                }
                if (stranded.isEmpty() && changed.awaitNanos(left) <= 0) {
                    return unfinished == 0;
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
