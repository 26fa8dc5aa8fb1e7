package dev.weir.stream;

import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads and timers for tests. One hand-over fails: the n-th, with the chosen failure. Hand-overs to threads and to timers
 * are counted together, from the last call of {@link #failAt} on. Thread-safe.
 */
public final class FaultyExecutor implements Executor, AutoCloseable {

    /** The way in which a pool refuses. */
    public enum Fault {
        /** A pool that is shut down or full. */
        REJECTED,
        /** A server that creates no thread. */
        ILLEGAL_STATE,
        /** A system without a free thread. */
        OUT_OF_MEMORY;

        void happen() {
            switch (this) {
                case REJECTED -> throw new RejectedExecutionException("by the test");
                case ILLEGAL_STATE -> throw new IllegalStateException("by the test");
                case OUT_OF_MEMORY -> throw new OutOfMemoryError("unable to create native thread, by the test");
                default -> throw new AssertionError(this);
            }
        }
    }

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "faulty");
        thread.setDaemon(true);
        return thread;
    });
    private final FaultyTimers timers = new FaultyTimers();
    private final AtomicInteger left = new AtomicInteger();
    private volatile Fault fault = Fault.REJECTED;
    private volatile boolean happened;

    /** Lets the {@code n}-th hand-over from now on fail, counted from 1, and no other; 0 for none. */
    public void failAt(int n, Fault how) {
        fault = how;
        happened = false;
        left.set(n);
    }

    /** Whether the failing hand-over has happened. */
    public boolean happened() {
        return happened;
    }

    private void count() {
        if (left.get() > 0 && left.decrementAndGet() == 0) {
            happened = true;
            fault.happen();
        }
    }

    @Override
    public void execute(Runnable task) {
        count();
        threads.execute(task);
    }

    /** Timers that count their hand-overs together with the threads. A cancelled timer leaves their queue. */
    public ScheduledThreadPoolExecutor timers() {
        return timers;
    }

    private final class FaultyTimers extends ScheduledThreadPoolExecutor {
        FaultyTimers() {
            super(1);
            setRemoveOnCancelPolicy(true);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            count();
            return super.schedule(task, delay, unit);
        }

        @Override
        public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
            count();
            return super.schedule(task, delay, unit);
        }
    }

    @Override
    public void close() {
        timers.shutdownNow();
        threads.shutdownNow();
    }
}
