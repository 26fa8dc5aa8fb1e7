package dev.weir.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Timers without a thread: a test fires each of them, whatever its delay is. */
public final class ManualTimers extends AbstractExecutorService implements ScheduledExecutorService {
    private final List<Timer> pending = new ArrayList<>();
    private final Consumer<Runnable> whenSet;

    /** Creates timers that {@link #fire} runs. */
    public ManualTimers() {
        this(timer -> {});
    }

    /**
     * Creates timers.
     *
     * @param whenSet receives each timer; running it fires the timer unless it was cancelled
     */
    public ManualTimers(Consumer<Runnable> whenSet) {
        this.whenSet = whenSet;
    }

    /** The number of set timers. */
    public int pending() {
        synchronized (pending) {
            return pending.size();
        }
    }

    /** Fires the timer that was set first, if there is one, on this thread. */
    public void fire() {
        Timer earliest;
        synchronized (pending) {
            earliest = pending.isEmpty() ? null : pending.get(0);
        }
        if (earliest != null) {
            earliest.goOff();
        }
    }

    private boolean take(Timer timer) {
        synchronized (pending) {
            return pending.remove(timer);
        }
    }

    private final class Timer extends FutureTask<Void> implements ScheduledFuture<Void> {
        Timer(Runnable action) {
            super(action, null);
        }

        void goOff() {
            if (take(this)) {
                run();
            }
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            return take(this);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return Integer.compare(hashCode(), other.hashCode());
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable action, long delay, TimeUnit unit) {
        Timer timer = new Timer(action);
        synchronized (pending) {
            pending.add(timer);
        }
        whenSet.accept(timer::goOff);
        return timer;
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> action, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable action, long delay, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable action, long delay, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void execute(Runnable task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }
}
