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
 * Runs very many very short tasks, some of which block once in a while, such as on a client that takes nothing: as many
 * threads as there are processors go from one task to the next, so that under load no thread has to be woken for a task, and
 * none is switched to. A thread that has been at one task for {@value #STUCK_MILLIS} ms is stuck. A timer then adds another
 * thread while tasks wait, up to an upper bound. Additional threads end after a time without tasks.
 *
 * <p>Tasks start in the order in which they came, several at a time. What a task throws is logged, and its thread goes on. A
 * thread is made by {@link #start} and by the timer, never by a call of {@link #execute}. An interrupt ends no thread.
 * Thread-safe.
 */
final class SharedThreads implements Executor {
    private static final System.Logger LOG = System.getLogger(SharedThreads.class.getName());
    private static final long STUCK_MILLIS = 20;
    private static final Duration LOOK = Duration.ofMillis(STUCK_MILLIS);
    private static final long STUCK_NANOS = LOOK.toNanos();

    /** High-water mark: with more tasks waiting, threads that bring tasks pause until {@link #FEW} are left. */
    private static final int MANY = 64;

    private static final int FEW = 8;

    private final int parallelism;
    private final int mostThreads;
    private final long idleNanos;
    private final Executor threads;
    private final Timers timers;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    /** How many tasks there are, or a few more or less. */
    private final AtomicInteger waiting = new AtomicInteger();

    private final ConcurrentLinkedQueue<Thread> pausing = new ConcurrentLinkedQueue<>();
    /** Threads that wait for the next task. */
    private final ConcurrentLinkedDeque<Worker> idle = new ConcurrentLinkedDeque<>();
    /** Threads that wait until others are stuck. */
    private final ConcurrentLinkedDeque<Worker> reserve = new ConcurrentLinkedDeque<>();

    private final List<Worker> workers = new CopyOnWriteArrayList<>();
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicInteger surplus = new AtomicInteger();
    private final AtomicBoolean watching = new AtomicBoolean();
    /** Whether the last look could not be had. */
    private final AtomicBoolean unwatched = new AtomicBoolean();
    /** Whether the last thread that was wanted could not be had. */
    private final AtomicBoolean refused = new AtomicBoolean();

    private final AtomicBoolean full = new AtomicBoolean();
    /** How many threads the last look has added; of the timer's thread alone. */
    private int added;

    private volatile Cancellation.Registration look = () -> {};
    private volatile boolean ended;

    /**
     * No threads yet.
     *
     * @param parallelism how many are at work while none is stuck, at least 1
     * @param mostThreads how many there are at most, stuck ones included
     * @param idle how long an additional thread waits for something to do before it ends
     * @param threads runs each worker on a thread of its own
     */
    SharedThreads(int parallelism, int mostThreads, Duration idle, Executor threads, ScheduledExecutorService timers) {
        this.parallelism = parallelism;
        this.mostThreads = Math.max(mostThreads, parallelism);
        this.idleNanos = idle.toNanos();
        this.threads = threads;
        this.timers = new Timers(timers);
    }

    /**
     * Makes the threads that stay until the {@link #end}. A thread that cannot be made now is made by a timer as soon as a task
     * waits for it.
     */
    void start() {
        for (int i = number.get(); i < parallelism; i++) {
            add();
        }
    }

    /** One thread. */
    private final class Worker implements Runnable {
        private volatile @Nullable Thread thread;
        /** When it began its task; 0 between tasks. */
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

        /** A failure between two tasks, such as for want of memory, ends no thread. */
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
            try {
                task.run();
            } catch (Throwable e) {
                log(Level.ERROR, "a task failed", e);
            } finally {
                since = 0;
            }
            return true;
        }

        /** The next task; null if this thread is to end, which has given back its place then. */
        private @Nullable Runnable next() {
            while (true) {
                // Of the task before, or of nobody here.
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
                    // It may have been woken for a task, which is another's now.
                    if (!tasks.isEmpty()) {
                        wake();
                    }
                    if (!awaitStuck()) {
                        return null;
                    }
                    continue;
                }
                idle.push(this);
                // A task that came before that found no idle thread.
                task = tasks.poll();
                if (task == null && !ended && !awaitTask()) {
                    return null;
                }
                idle.remove(this);
                if (task != null) {
                    // The next one may have been brought to this thread.
                    if (!tasks.isEmpty()) {
                        wake();
                    }
                    return task;
                }
            }
        }

        /** Lets others have the processor if they want it: there is more to do afterwards, and no need to sleep. */
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

        /** Whether a thread that was stuck has come back, so that this one can wait. */
        private boolean isSurplus() {
            int more = surplus.get();
            return more > 0 && !ended && surplus.compareAndSet(more, more - 1);
        }

        /** Waits for something to do; false if nothing came for so long that this thread is to end. */
        private boolean awaitTask() {
            long began = System.nanoTime();
            LockSupport.parkNanos(SharedThreads.this, idleNanos);
            return System.nanoTime() - began < idleNanos || !giveUp(idle);
        }

        /** Waits until others are stuck; false if none was for so long that this thread is to end. */
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

        /** Gives back this thread's place, unless it is among the threads that stay, or something has counted on it. */
        private boolean giveUp(ConcurrentLinkedDeque<Worker> resting) {
            if (!mayLeave()) {
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
     * Runs {@code task} soon.
     *
     * @throws RejectedExecutionException if this has ended
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
            look = timers.after(LOOK, this::watch, this::unwatched);
        } catch (RuntimeException | Error e) {
            // A task that has been taken must not be refused as well.
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
            makeUp();
        } catch (Throwable e) {
            log(Level.WARNING, "stuck threads could not be counted", e);
        }
        watchLater();
    }

    /** Adds threads for the stuck ones: at each look that finds all stuck, twice as many as at the look before. */
    void makeUp() {
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

    /** Takes a thread's place back, if there are more than stay. */
    private boolean mayLeave() {
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

    /** It may have been woken for what is there. */
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
            // A log that fails, for want of memory, must not end the thread.
            Thread.onSpinWait();
        }
    }

    /** How many threads there are. */
    int threads() {
        return number.get();
    }

    /** Takes no more tasks. The threads run those that wait, and end. */
    void end() {
        ended = true;
        workers.forEach(worker -> LockSupport.unpark(worker.thread));
        endPauses();
    }

    /**
     * Refuses the tasks that no thread has run since the {@link #end}: {@link Tasks} tells their owners. The number of tasks is
     * logged.
     */
    void refuseRest() {
        look.close();
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
