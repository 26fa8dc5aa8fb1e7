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

/** Timers without a thread: each goes off when a test says so, whatever its delay is. */
public final class ManualTimers extends AbstractExecutorService implements ScheduledExecutorService {
    private final List<Timer> pending = new ArrayList<>();
    private final Consumer<Runnable> whenSet;

    /** Timers that {@link #fire} lets go off. */
    public ManualTimers() {
        this(timer -> {});
    }

    /** @param whenSet is told of each timer; running it has it go off, unless it was taken back */
    public ManualTimers(Consumer<Runnable> whenSet) {
        this.whenSet = whenSet;
    }

    /** How many are set. */
    public int pending() {
        synchronized (pending) {
            return pending.size();
        }
    }

    /** Lets the earliest that was set go off, if there is one, on this thread. */
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
