package dev.weir.runtime;

import dev.weir.stream.Cancellation;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs many short tasks, of which some block at times, for example on a client that reads nothing. One thread for each processor
 * goes from task to task: under load no thread is woken for a task, and there is no context switch between tasks. A thread that
 * has run one task for {@value #STUCK_MILLIS} ms is stuck. A timer then adds another thread while tasks are queued, up to an
 * upper bound. Additional threads end after an idle time.
 *
 * <p>Tasks start in the order of their submission, several at a time. An exception of a task is logged, and its thread continues.
 * Only {@link #start} and the timer make threads, never a call of {@link #execute}. An interrupt ends no thread. Thread-safe.
 */
final class SharedThreads implements Executor {
    private static final System.Logger LOG = System.getLogger(SharedThreads.class.getName());
    private static final long STUCK_MILLIS = 20;
    private static final Duration CHECK_PERIOD = Duration.ofMillis(STUCK_MILLIS);
    private static final long STUCK_NANOS = CHECK_PERIOD.toNanos();

    /**
     * High-water mark: threads that submit tasks pause above so many queued tasks, until {@link #LOW_WATER} (low-water mark) remain.
     */
    private static final int HIGH_WATER = 64;

    private static final int LOW_WATER = 8;

    private final int parallelism;
    private final int mostThreads;
    private final long idleNanos;
    private final Executor threads;
    private final Timers timers;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    /** The approximate number of queued tasks. */
    private final AtomicInteger waiting = new AtomicInteger();

    private final ConcurrentLinkedQueue<Thread> pausing = new ConcurrentLinkedQueue<>();
    /** The workers that wait for the next task. */
    private final ConcurrentLinkedDeque<Worker> idle = new ConcurrentLinkedDeque<>();
    /** The workers that wait until others are stuck. */
    private final ConcurrentLinkedDeque<Worker> reserve = new ConcurrentLinkedDeque<>();

    private final List<Worker> workers = new CopyOnWriteArrayList<>();
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicInteger surplus = new AtomicInteger();
    private final AtomicBoolean watching = new AtomicBoolean();
    /** True while the timer refuses checks. The first refusal is logged. */
    private final AtomicBoolean unwatched = new AtomicBoolean();
    /** True while no thread can be made. The first failure is logged. */
    private final AtomicBoolean refused = new AtomicBoolean();

    private final AtomicBoolean full = new AtomicBoolean();
    /** The number of threads that the last check added; used by the timer's thread only. */
    private int added;

    private volatile Cancellation.Registration check = () -> {};
    private volatile boolean ended;

    /**
     * Begins without a thread.
     *
     * @param parallelism the number of threads at work while none is stuck, at least 1
     * @param mostThreads the most threads, stuck ones included
     * @param idle the time without a task after which an additional thread ends
     * @param threads runs each worker on its own thread
     */
    SharedThreads(int parallelism, int mostThreads, Duration idle, Executor threads, ScheduledExecutorService timers) {
        this.parallelism = parallelism;
        this.mostThreads = Math.max(mostThreads, parallelism);
        this.idleNanos = idle.toNanos();
        this.threads = threads;
        this.timers = new Timers(timers);
    }

    /**
     * Makes the permanent threads, which run until the {@link #end}. If a thread cannot be made now, the timer makes it as soon
     * as a task is queued.
     */
    void start() {
        for (int i = number.get(); i < parallelism; i++) {
            add();
        }
    }

    /** The loop of one thread. */
    private final class Worker implements Runnable {
        private volatile @Nullable Thread thread;
        /** The start time of the current task; 0 between tasks. */
        private volatile long since;

        private volatile boolean reserved;

        @Override
        public void run() {
            thread = Thread.currentThread();
            try {
                boolean over = false;
                while (!over) {
                    over = !runNextAndGoOn();
                }
            } finally {
                left(this);
            }
        }

        /** Runs the next task. A failure between two tasks, for example for lack of memory, does not end the thread. */
        private boolean runNextAndGoOn() {
            try {
                return runNext();
            } catch (Throwable e) {
                idle.remove(this);
                reserve.remove(this);
                reserved = false;
                log(Level.ERROR, "a shared thread failed between two tasks (it goes on)", e);
                LockSupport.parkNanos(STUCK_NANOS);
                return true;
            }
        }

        /** Runs the next task, if there is one. A separate method, so that no frame keeps a finished task in memory. */
        private boolean runNext() {
            Runnable task = next();
            if (task == null) {
                return false;
            }
            if (waiting.decrementAndGet() == LOW_WATER) {
                endPauses();
            }
            since = System.nanoTime() | 1;
            try {
                task.run();
            } catch (Throwable e) {
                log(Level.ERROR, "a task failed", e);
            } finally {
                since = 0;
            }
            return true;
        }

        /** The next task; null if this thread must end. Its place is then already given back. */
        private @Nullable Runnable next() {
            while (true) {
                // Clears an interrupt that was meant for the previous task.
                Thread.interrupted();
                Runnable task = poll();
                if (task != null) {
                    return task;
                }
                if (ended) {
                    number.decrementAndGet();
                    return null;
                }
                if (isSurplus()) {
                    // This worker may have been woken for a task: another worker must run it.
                    if (!tasks.isEmpty()) {
                        wake();
                    }
                    if (!awaitStuck()) {
                        return null;
                    }
                    continue;
                }
                idle.push(this);
                // A task that was queued before the push found no idle worker.
                task = tasks.poll();
                if (task == null && !ended && !awaitTask()) {
                    return null;
                }
                idle.remove(this);
                if (task != null) {
                    // The next task may have woken only this worker.
                    if (!tasks.isEmpty()) {
                        wake();
                    }
                    return task;
                }
            }
        }

        /**
         * Takes the next task, if there is one, after at most one yield. Under load more tasks follow, so that the thread need
         * not sleep. Null also if there are surplus threads.
         */
        @SuppressWarnings("ThreadPriorityCheck") // A hint that makes a loaded server cheaper; nothing relies on it.
        private @Nullable Runnable poll() {
            if (surplus.get() > 0 && !ended) {
                return null;
            }
            Runnable task = tasks.poll();
            if (task == null) {
                Thread.yield();
                task = tasks.poll();
            }
            return task;
        }

        /** True if a stuck thread has returned, so that this worker can rest. */
        private boolean isSurplus() {
            int more = surplus.get();
            return more > 0 && !ended && surplus.compareAndSet(more, more - 1);
        }

        /** Waits for a task; false if none came within the idle time, so that this thread must end. */
        private boolean awaitTask() {
            long began = System.nanoTime();
            LockSupport.parkNanos(SharedThreads.this, idleNanos);
            return System.nanoTime() - began < idleNanos || !giveUp(idle);
        }

        /** Waits until others are stuck; false if that did not happen within the idle time, so that this thread must end. */
        private boolean awaitStuck() {
            reserved = true;
            reserve.push(this);
            long began = System.nanoTime();
            long left = idleNanos;
            while (reserved && !ended) {
                LockSupport.parkNanos(SharedThreads.this, left);
                Thread.interrupted();
                left = idleNanos - (System.nanoTime() - began);
                if (left <= 0) {
                    if (giveUp(reserve)) {
                        return false;
                    }
                    began = System.nanoTime();
                    left = idleNanos;
                }
            }
            reserve.remove(this);
            reserved = false;
            return true;
        }

        /** Gives back this thread's place, unless the thread is permanent or has been chosen for work. */
        private boolean giveUp(ConcurrentLinkedDeque<Worker> resting) {
            if (!releasePlace()) {
                return false;
            }
            if (resting.remove(this)) {
                return true;
            }
            number.incrementAndGet();
            return false;
        }

        private boolean isMoving(long now) {
            long began = since;
            return !reserved && (began == 0 || now - began <= STUCK_NANOS);
        }
    }

    /**
     * Queues {@code task}. Does not block and makes no thread.
     *
     * @throws RejectedExecutionException if the pool has ended
     */
    @Override
    public void execute(Runnable task) {
        if (ended) {
            throw hasEnded();
        }
        tasks.add(task);
        waiting.incrementAndGet();
        if (ended && tasks.remove(task)) {
            waiting.decrementAndGet();
            throw hasEnded();
        }
        wake();
    }

    private static RejectedExecutionException hasEnded() {
        return new RejectedExecutionException("the application has ended");
    }

    /**
     * Blocks a thread that submits many tasks while the queue is above its high-water mark. Without the pause, tasks and their
     * submitters would queue for the processors one behind the other, which doubles the delay of a task.
     *
     * @param most the longest wait, also if all threads of this pool are stuck
     */
    void pauseIfTooMany(Duration most) {
        if (waiting.get() <= HIGH_WATER || ended) {
            return;
        }
        Thread self = Thread.currentThread();
        pausing.add(self);
        if (waiting.get() > LOW_WATER && !ended) {
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
        Worker woken = idle.poll();
        if (woken != null) {
            LockSupport.unpark(woken.thread);
        } else {
            watchLater();
        }
    }

    private void watchLater() {
        if (watching.get() || !watching.compareAndSet(false, true)) {
            return;
        }
        try {
            check = timers.after(CHECK_PERIOD, this::watch, this::unwatched);
        } catch (RuntimeException | Error e) {
            // The task is in the queue: its submission must not fail as well.
            unwatched(e);
        }
    }

    private void unwatched(Throwable reason) {
        watching.set(false);
        if (!ended && unwatched.compareAndSet(false, true)) {
            log(Level.WARNING, "no timer watches over stuck threads", reason);
        }
    }

    private void watch() {
        watching.set(false);
        unwatched.set(false);
        if (tasks.isEmpty()) {
            added = 0;
            surplus.set(0);
            return;
        }
        try {
            addMissing();
        } catch (Throwable e) {
            log(Level.WARNING, "stuck threads could not be counted", e);
        }
        watchLater();
    }

    /** Adds threads for the stuck ones. While all are stuck, each check adds twice as many threads as the check before. */
    void addMissing() {
        long now = System.nanoTime();
        int moving = 0;
        for (Worker worker : workers) {
            moving += worker.isMoving(now) ? 1 : 0;
        }
        surplus.set(Math.max(0, moving - parallelism));
        int missing = Math.max(0, parallelism - moving);
        int wanted = moving == 0 ? Math.max(missing, Math.min(2 * added, waiting.get())) : missing;
        added = 0;
        while (added < wanted && oneMore()) {
            added++;
        }
    }

    private boolean oneMore() {
        Worker rested = reserve.poll();
        if (rested != null) {
            rested.reserved = false;
            LockSupport.unpark(rested.thread);
            return true;
        }
        if (number.get() < mostThreads) {
            return add();
        }
        if (full.compareAndSet(false, true)) {
            log(
                    Level.WARNING,
                    "all shared threads are busy (" + mostThreads + ", from weir.runs.max): tasks wait until one is"
                            + " free",
                    null);
        }
        return false;
    }

    /** Adds a thread; false if it could not be made. */
    private boolean add() {
        Worker worker = new Worker();
        number.incrementAndGet();
        workers.add(worker);
        try {
            threads.execute(worker);
            refused.set(false);
            return true;
        } catch (RuntimeException | Error e) {
            workers.remove(worker);
            number.decrementAndGet();
            if (!ended && refused.compareAndSet(false, true)) {
                log(Level.WARNING, "a shared thread could not be made (is tried again)", e);
            }
            return false;
        }
    }

    /** Gives back one thread's place, if there are more than the permanent threads. */
    private boolean releasePlace() {
        int now = number.get();
        while (now > parallelism) {
            if (number.compareAndSet(now, now - 1)) {
                if (now - 1 == parallelism) {
                    full.set(false);
                }
                return true;
            }
            now = number.get();
        }
        return false;
    }

    /** Removes a worker that ends. It may have been woken for a queued task, so another worker is woken. */
    private void left(Worker worker) {
        workers.remove(worker);
        if (!tasks.isEmpty() && !ended) {
            wake();
        }
    }

    private static void log(Level level, String message, @Nullable Throwable cause) {
        try {
            LOG.log(level, message, cause);
        } catch (Throwable e) {
            // A failure to log, for example for lack of memory, must not end the thread.
            Thread.onSpinWait();
        }
    }

    /** The number of threads. */
    int threads() {
        return number.get();
    }

    /** Refuses further tasks. The threads run the queued tasks, and end. */
    void end() {
        ended = true;
        workers.forEach(worker -> LockSupport.unpark(worker.thread));
        endPauses();
    }

    /** Refuses the tasks that are still queued after the {@link #end}, through {@link Tasks#refuse}. Logs their number. */
    void refuseRest() {
        check.close();
        RejectedExecutionException reason = hasEnded();
        int count = 0;
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            count++;
            Tasks.refuse(task, reason);
        }
        if (count > 0) {
            log(Level.WARNING, count + " tasks were not run before the application ended", null);
        }
    }
}
