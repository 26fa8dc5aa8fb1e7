package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WritersTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ThreadPoolExecutor threads = (ThreadPoolExecutor) Executors.newCachedThreadPool();
    private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(1);

    @AfterEach
    void end() {
        threads.shutdownNow();
        timers.shutdownNow();
    }

    private Writers writers(int parallelism, Duration idle) {
        return new Writers(parallelism, idle, threads, timers);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Has that many tasks block, each on a thread of its own, until what this returns is counted down. */
    private static CountDownLatch block(Writers writers, int count) throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            writers.execute(() -> {
                blocked.countDown();
                await(release);
            });
        }
        assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
        return release;
    }

    @Test
    void everyTaskRunsOnceHoweverManyBringThem() throws Exception {
        Writers writers = writers(2, LONG);
        int tasks = 20_000;
        CountDownLatch done = new CountDownLatch(4 * tasks);
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        ExecutorService producers = Executors.newFixedThreadPool(4);
        try {
            for (Future<?> producer : IntStream.range(0, 4)
                    .mapToObj(p -> producers.submit(() -> {
                        for (int i = 0; i < tasks; i++) {
                            writers.execute(() -> {
                                seen.add(Thread.currentThread());
                                done.countDown();
                            });
                        }
                    }))
                    .toList()) {
                producer.get();
            }
        } finally {
            producers.shutdownNow();
        }

        assertThat(done.await(15, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).doesNotContain(Thread.currentThread());
    }

    /** Tasks that come one by one, with pauses in which the threads fall asleep. */
    @Test
    void aTaskThatComesWhenAllSleepIsNotForgotten() throws Exception {
        Writers writers = writers(2, Duration.ofNanos(200_000));
        for (int i = 0; i < 3_000; i++) {
            CountDownLatch done = new CountDownLatch(1);
            writers.execute(done::countDown);
            if (i % 3 == 0) {
                TimeUnit.MICROSECONDS.sleep(i % 300);
            }
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void thoseThatBlockHoldUpNobodyElse() throws Exception {
        Writers writers = writers(2, LONG);
        CountDownLatch release = block(writers, 7);
        CountDownLatch other = new CountDownLatch(1);
        writers.execute(other::countDown);
        assertThat(other.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(writers.threads()).isGreaterThanOrEqualTo(8);
        release.countDown();
    }

    @Test
    void asManyAsAreStuckAreMadeUpForAtOnce() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        ScheduledExecutorService counted = new ScheduledThreadPoolExecutor(1) {
            @Override
            public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
                looks.incrementAndGet();
                return super.schedule(command, delay, unit);
            }
        };
        try {
            Writers writers = new Writers(32, LONG, threads, counted);
            CountDownLatch release = block(writers, 64);
            release.countDown();
            // A thread a look would take 32.
            assertThat(looks).hasValueLessThan(16);
        } finally {
            counted.shutdownNow();
        }
    }

    @Test
    void aThreadThatCannotBeStartedNowIsAskedForAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Executor notAtFirst = task -> {
            if (asked.incrementAndGet() <= 3) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            threads.execute(task);
        };
        Writers writers = new Writers(2, LONG, notAtFirst, timers);
        CountDownLatch done = new CountDownLatch(1);

        writers.execute(done::countDown);

        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(asked).hasValueGreaterThan(3);
        assertThat(writers.threads()).isBetween(1, 2);
    }

    /** More threads than there should be are there then, and go, one of them perhaps just when it was woken for a task. */
    @Test
    void whenThoseThatBlockedComeBackNothingIsForgotten() throws Exception {
        Writers writers = writers(1, LONG);
        for (int round = 0; round < 10; round++) {
            CountDownLatch release = block(writers, 3);
            release.countDown();
            for (int i = 0; i < 50; i++) {
                CountDownLatch done = new CountDownLatch(1);
                writers.execute(done::countDown);
                assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void whoBringsVeryManyIsHeldUpUntilFewAreLeft() throws Exception {
        Writers writers = writers(1, LONG);
        timers.shutdownNow(); // Nothing takes the place of the one that is stuck.
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        writers.execute(() -> await(release));
        for (int i = 0; i < 100; i++) {
            writers.execute(done::incrementAndGet);
        }
        // Not for ever, whatever the writers are stuck at.
        writers.pauseIfTooMany(Duration.ofMillis(1));
        assertThat(done).hasValue(0);

        Thread held = new Thread(() -> {
            writers.pauseIfTooMany(LONG);
            seen.set(done.get());
        });
        held.start();
        while (LockSupport.getBlocker(held) != writers) {
            Thread.onSpinWait();
        }
        release.countDown();
        held.join();
        assertThat(seen).hasValueGreaterThan(80);
    }

    @Test
    void whoBringsAFewIsNotHeldUp() {
        Writers writers = writers(1, LONG);
        CountDownLatch release = new CountDownLatch(1);
        for (int i = 0; i < 50; i++) {
            writers.execute(() -> await(release));
        }
        writers.pauseIfTooMany(LONG);
        release.countDown();
    }

    @Test
    void whoIsHeldUpGoesOnWhenAllEnds() throws Exception {
        Writers writers = writers(1, LONG);
        CountDownLatch release = new CountDownLatch(1);
        for (int i = 0; i < 100; i++) {
            writers.execute(() -> await(release));
        }
        Future<?> held = threads.submit(() -> writers.pauseIfTooMany(LONG));
        writers.end();
        held.get(10, TimeUnit.SECONDS);
        release.countDown();
    }

    @Test
    void threadsThatHaveNothingToDoEnd() throws Exception {
        Writers writers = writers(3, Duration.ofMillis(5));
        CountDownLatch done = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            writers.execute(done::countDown);
        }
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        while (writers.threads() > 0 || threads.getActiveCount() > 0) {
            Thread.onSpinWait();
        }
        CountDownLatch again = new CountDownLatch(1);
        writers.execute(again::countDown);
        assertThat(again.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whenItHasEndedNothingMoreIsRunAndTheThreadsGo() throws Exception {
        Writers writers = writers(1, LONG);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger later = new AtomicInteger();
        writers.execute(() -> {
            begun.countDown();
            await(release);
        });
        begun.await();
        writers.execute(later::incrementAndGet);

        writers.end();
        writers.execute(later::incrementAndGet);
        release.countDown();

        while (threads.getActiveCount() > 0) {
            Thread.onSpinWait();
        }
        assertThat(later).hasValue(0);
        assertThat(writers.threads()).isZero();
    }

    @Test
    void sleepersEndAtOnceWithIt() throws Exception {
        Writers writers = writers(2, LONG);
        CountDownLatch done = new CountDownLatch(1);
        writers.execute(done::countDown);
        done.await();
        writers.end();
        while (threads.getActiveCount() > 0) {
            Thread.onSpinWait();
        }
        assertThat(writers.threads()).isZero();
    }

    /** A thread that waits must not keep what it did last, and all that hangs on that, in memory. */
    @Test
    void whatHasBeenDoneIsForgotten() throws Exception {
        Writers writers = writers(1, LONG);
        CountDownLatch done = new CountDownLatch(1);
        WeakReference<Runnable> task = given(writers, done);
        done.await();
        while (task.get() != null) {
            System.gc();
        }
        assertThat(writers.threads()).isOne();
    }

    private static WeakReference<Runnable> given(Writers writers, CountDownLatch done) {
        Runnable task = new Runnable() {
            @Override
            public void run() {
                done.countDown();
            }
        };
        writers.execute(task);
        return new WeakReference<>(task);
    }
}
