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
 * Closes what is not used any more, on threads that may block: a model takes seconds to close, a timer's thread or a shared one has
 * none to spare. If no thread can be had, the next closing that has one does it too, or {@link #await}. Thread-safe.
 */
public final class Closings {
    private static final System.Logger LOG = System.getLogger(Closings.class.getName());

    private final Tasks tasks;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Those that no thread could be had for. */
    private final Deque<Closing> stranded = new ArrayDeque<>();

    private int unfinished;

    private record Closing(String what, Runnable action) {}

    /** @param tasks whose threads may block */
    public Closings(Tasks tasks) {
        this.tasks = tasks;
    }

    /**
     * Has {@code action} run once, soon. Does not wait for it. What it throws is logged.
     *
     * @param what names what is closed, for the log
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
     * Waits until all that was to be closed is closed. What no thread could be had for is closed on this one, whatever time it takes.
     *
     * @return false if something is still being closed after {@code limit}
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
