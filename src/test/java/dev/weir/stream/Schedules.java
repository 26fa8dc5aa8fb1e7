package dev.weir.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jetbrains.lincheck.Lincheck;

/**
 * Runs concurrent code under many schedules, chosen by Lincheck: at each access to shared memory it decides which thread
 * continues. A thread that waits for ever is a failure, so that a lost wake-up is found. Only for tests with the tag {@code
 * schedules}, which run in a separate JVM.
 */
public final class Schedules {
    private Schedules() {}

    /** Code that starts threads, and checks their results. */
    @FunctionalInterface
    public interface Code {
        void run() throws Exception;
    }

    /** Runs {@code code} under {@code count} schedules, or fewer if there are no others. */
    public static void explore(int count, Code code) {
        Lincheck.runConcurrentTest(count, () -> {
            try {
                code.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Runs each code on a separate thread, and waits for all. Throws the first failure. */
    public static void together(Code... codes) throws InterruptedException {
        Thread[] threads = new Thread[codes.length];
        Throwable[] failures = new Throwable[codes.length];
        for (int i = 0; i < codes.length; i++) {
            int index = i;
            threads[i] = new Thread(() -> {
                try {
                    codes[index].run();
                } catch (Exception | Error e) {
                    failures[index] = e;
                }
            });
        }
        for (Thread thread : threads) {
            thread.start();
        }
        for (int i = 0; i < codes.length; i++) {
            threads[i].join();
            if (failures[i] != null) {
                throw new AssertionError(failures[i]);
            }
        }
    }

    /** Fails unless {@code holds}. */
    public static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    /** Threads, one for each task; {@link #join} waits for them. */
    public static final class Threads implements Executor {
        private final List<Thread> started = new ArrayList<>();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        /** Starts {@code code} on a new thread. */
        public void start(Code code) {
            Thread thread = new Thread(() -> {
                try {
                    code.run();
                } catch (Exception | Error e) {
                    failure.compareAndSet(null, e);
                }
            });
            synchronized (started) {
                started.add(thread);
            }
            thread.start();
        }

        @Override
        public void execute(Runnable task) {
            start(task::run);
        }

        private Thread next(int index) {
            synchronized (started) {
                return index < started.size() ? started.get(index) : null;
            }
        }

        /** Waits for all threads, including those that start meanwhile. */
        public void join() throws InterruptedException {
            int index = 0;
            for (Thread thread = next(index); thread != null; thread = next(++index)) {
                thread.join();
            }
            Throwable failed = failure.get();
            if (failed != null) {
                throw new AssertionError(failed);
            }
        }
    }

    /** A signal that one thread awaits. Belongs to the thread that creates it. */
    public static final class Signal implements Runnable {
        private final Thread waiting = Thread.currentThread();
        private final AtomicBoolean given = new AtomicBoolean();

        @Override
        public void run() {
            given.set(true);
            LockSupport.unpark(waiting);
        }

        /** Waits without limit until this signal has been run. */
        public void await() {
            while (!given.get()) {
                LockSupport.park(this);
            }
        }
    }
}
