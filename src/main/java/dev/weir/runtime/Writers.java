package dev.weir.runtime;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs very many very short tasks, some of which block once in a while, such as on a client that takes nothing: as many
 * threads as there are processors go from one task to the next, so that under load no thread has to be woken for a task, and
 * none is switched to. A thread that has been at one task for {@value #STUCK_MILLIS} ms does not count, and another takes
 * its place while there is something to do.
 *
 * <p>Tasks run in the order in which they came, several at a time; they must not throw. Thread-safe.
 */
final class Writers implements Executor {
    private static final System.Logger LOG = System.getLogger(Writers.class.getName());
    private static final long STUCK_MILLIS = 20;
    private static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(STUCK_MILLIS);

    /** With so many tasks waiting, those who bring them are to pause until there are {@link #FEW}. */
    private static final int MANY = 64;

    private static final int FEW = 8;

    private final int parallelism;
    private final long idleNanos;
    private final Executor threads;
    private final ScheduledExecutorService timers;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    /** How many tasks there are, or a few more. */
    private final AtomicInteger waiting = new AtomicInteger();
    /** Those who pause. */
    private final ConcurrentLinkedQueue<Thread> pausing = new ConcurrentLinkedQueue<>();

    private final ConcurrentLinkedDeque<Worker> idle = new ConcurrentLinkedDeque<>();
    private final List<Worker> workers = new CopyOnWriteArrayList<>();
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicBoolean watching = new AtomicBoolean();
    /** Whether the last thread that was wanted could not be had. */
    private final AtomicBoolean refused = new AtomicBoolean();

    private final AtomicInteger surplus = new AtomicInteger();
    private volatile @Nullable Future<?> look;
    private volatile boolean ended;

    /**
     * No threads yet.
     *
     * @param parallelism how many are at work while none is stuck, at least 1
     * @param idle how long a thread waits for something to do before it ends
     * @param threads runs each worker on a thread of its own
     */
    Writers(int parallelism, Duration idle, Executor threads, ScheduledExecutorService timers) {
        this.parallelism = parallelism;
        this.idleNanos = idle.toNanos();
        this.threads = threads;
        this.timers = timers;
    }

    /** One thread. */
    private final class Worker implements Runnable {
        private volatile @Nullable Thread thread;
        /** When it began its task; 0 between tasks. */
        private volatile long since;

        @Override
        public void run() {
            thread = Thread.currentThread();
            try {
                boolean over = false;
                while (!over) {
                    over = !runNext();
                }
            } finally {
                left(this);
            }
        }

        /** Runs the next task, if there is one; no frame of this thread holds it any more when it waits for another. */
        private boolean runNext() {
            Runnable task = next();
            if (task == null) {
                return false;
            }
            if (waiting.decrementAndGet() == FEW) {
                endPauses();
            }
            since = System.nanoTime() | 1;
            task.run();
            since = 0;
            return true;
        }

        private @Nullable Runnable next() {
            while (!ended && !isSurplus()) {
                Runnable task = poll();
                if (task != null) {
                    return task;
                }
                idle.push(this);
                // Whoever brought a task before that found nobody idle.
                task = tasks.poll();
                if (task == null && !ended && !slept()) {
                    return null;
                }
                idle.remove(this);
                if (task != null) {
                    // Whoever brought the next one may have counted on this thread.
                    if (!tasks.isEmpty()) {
                        wake();
                    }
                    return task;
                }
            }
            return null;
        }

        /** Lets others have the processor if they want it: there is more to do afterwards, and no need to sleep. */
        @SuppressWarnings("ThreadPriorityCheck") // A hint that makes a loaded server cheaper; nothing relies on it.
        private @Nullable Runnable poll() {
            Runnable task = tasks.poll();
            if (task == null) {
                Thread.yield();
                task = tasks.poll();
            }
            return task;
        }

        /** Whether one that was stuck has come back, so that this one can go. */
        private boolean isSurplus() {
            int more = surplus.get();
            return more > 0 && surplus.compareAndSet(more, more - 1);
        }

        /** Waits for something to do; false if nothing came for so long that this thread is to end. */
        private boolean slept() {
            long until = System.nanoTime() + idleNanos;
            LockSupport.parkNanos(Writers.this, idleNanos);
            // Whoever has taken this from the idle counts on it.
            return System.nanoTime() - until < 0 || !idle.remove(this);
        }

        private boolean isStuck(long now) {
            long began = since;
            return began != 0 && now - began > STUCK_NANOS;
        }
    }

    @Override
    public void execute(Runnable task) {
        if (ended) {
            throw new RejectedExecutionException("the application has ended");
        }
        waiting.incrementAndGet();
        tasks.add(task);
        wake();
    }

    /**
     * For threads that bring tasks one after the other: has them wait while there are very many. Where the processors are
     * too few for all, tasks and what brings them would otherwise each wait for its turn, one behind the other, and a task
     * would be done twice as late.
     *
     * @param most how long it waits at most, whatever the threads here are stuck at
     */
    void pauseIfTooMany(Duration most) {
        if (waiting.get() <= MANY || ended) {
            return;
        }
        Thread self = Thread.currentThread();
        pausing.add(self);
        if (waiting.get() > FEW && !ended) {
            LockSupport.parkNanos(this, most.toNanos());
        }
        pausing.remove(self);
    }

    private void endPauses() {
        for (Thread paused = pausing.poll(); paused != null; paused = pausing.poll()) {
            LockSupport.unpark(paused);
        }
    }

    private void wake() {
        Worker waiting = idle.poll();
        if (waiting != null) {
            LockSupport.unpark(waiting.thread);
        } else if (mayStart()) {
            start();
        } else {
            watchLater();
        }
    }

    /** Takes a place for one more thread, if one is free. */
    private boolean mayStart() {
        int now = number.get();
        while (now < parallelism) {
            if (number.compareAndSet(now, now + 1)) {
                return true;
            }
            now = number.get();
        }
        return false;
    }

    private void watchLater() {
        if (watching.get() || !watching.compareAndSet(false, true)) {
            return;
        }
        try {
            look = timers.schedule(this::watch, STUCK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            watching.set(false);
        }
    }

    /** Makes up for those that are stuck, while there is something to do. */
    private void watch() {
        watching.set(false);
        if (tasks.isEmpty() || ended) {
            return;
        }
        long now = System.nanoTime();
        int moving = 0;
        for (Worker worker : workers) {
            moving += worker.isStuck(now) ? 0 : 1;
        }
        surplus.set(Math.max(0, moving - parallelism));
        for (int i = moving; i < parallelism; i++) {
            number.incrementAndGet();
            start();
        }
        watchLater();
    }

    /** Starts a thread that has its place; should the machine have none to give now, it is asked again later. */
    private void start() {
        Worker worker = new Worker();
        workers.add(worker);
        try {
            threads.execute(worker);
            refused.set(false);
        } catch (RuntimeException | Error e) {
            forget(worker);
            if (!ended) {
                if (refused.compareAndSet(false, true)) {
                    LOG.log(System.Logger.Level.WARNING, "a thread that writes streams could not be started", e);
                }
                watchLater();
            }
        }
    }

    /** It may have been woken for what is there. */
    private void left(Worker worker) {
        forget(worker);
        if (!tasks.isEmpty() && !ended) {
            wake();
        }
    }

    private void forget(Worker worker) {
        workers.remove(worker);
        number.decrementAndGet();
    }

    /** How many threads there are. */
    int threads() {
        return number.get();
    }

    /** Has the threads end when they have done what they are at; what comes now is not run. */
    void end() {
        ended = true;
        tasks.clear();
        Future<?> pending = look;
        if (pending != null) {
            pending.cancel(false);
        }
        workers.forEach(worker -> LockSupport.unpark(worker.thread));
        endPauses();
    }
}
