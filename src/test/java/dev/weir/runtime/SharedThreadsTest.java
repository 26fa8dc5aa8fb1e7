package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.stream.Tasks;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
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

@Timeout(60)
class SharedThreadsTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int MOST = 1_000;

    private final ThreadPoolExecutor threads = (ThreadPoolExecutor) Executors.newCachedThreadPool();
    private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(1);

    @AfterEach
    void end() {
        threads.shutdownNow();
        timers.shutdownNow();
    }

    private SharedThreads shared(int parallelism, Duration idle) {
        return shared(parallelism, MOST, idle, threads, timers);
    }

    private static SharedThreads shared(
            int parallelism, int most, Duration idle, Executor threads, ScheduledExecutorService timers) {
        SharedThreads shared = new SharedThreads(parallelism, most, idle, threads, timers);
        shared.start();
        return shared;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Blocks that many tasks, each on its own thread, until the returned latch is counted down. */
    private static CountDownLatch block(SharedThreads shared, int count) throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            shared.execute(() -> {
                blocked.countDown();
                await(release);
            });
        }
        assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
        return release;
    }

    @Test
    void everyTaskRunsOnceHoweverManyBringThem() throws Exception {
        SharedThreads shared = shared(2, LONG);
        int tasks = 20_000;
        CountDownLatch done = new CountDownLatch(4 * tasks);
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        ExecutorService producers = Executors.newFixedThreadPool(4);
        try {
            for (Future<?> producer : IntStream.range(0, 4)
                    .mapToObj(p -> producers.submit(() -> {
                        for (int i = 0; i < tasks; i++) {
                            shared.execute(() -> {
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

    /** Tasks arrive one by one, with pauses in which the threads park. */
    @Test
    void aTaskThatComesWhenAllSleepIsNotForgotten() throws Exception {
        SharedThreads shared = shared(2, Duration.ofNanos(200_000));
        for (int i = 0; i < 3_000; i++) {
            CountDownLatch done = new CountDownLatch(1);
            shared.execute(done::countDown);
            if (i % 3 == 0) {
                TimeUnit.MICROSECONDS.sleep(i % 300);
            }
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void thoseThatBlockHoldUpNobodyElse() throws Exception {
        SharedThreads shared = shared(2, LONG);
        CountDownLatch release = block(shared, 7);
        CountDownLatch other = new CountDownLatch(1);
        shared.execute(other::countDown);
        assertThat(other.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(shared.threads()).isGreaterThanOrEqualTo(8);
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
            SharedThreads shared = shared(32, MOST, LONG, threads, counted);
            CountDownLatch release = block(shared, 64);
            release.countDown();
            // One thread for each check would need 32 checks.
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
        SharedThreads shared = shared(2, MOST, LONG, notAtFirst, timers);
        CountDownLatch done = new CountDownLatch(1);

        shared.execute(done::countDown);

        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(asked).hasValueGreaterThan(3);
        assertThat(shared.threads()).isBetween(1, 2);
    }

    /** Surplus threads stop taking tasks. One of them may stop just after it was woken for a task. */
    @Test
    void whenThoseThatBlockedComeBackNothingIsForgotten() throws Exception {
        SharedThreads shared = shared(1, LONG);
        for (int round = 0; round < 10; round++) {
            CountDownLatch release = block(shared, 3);
            release.countDown();
            for (int i = 0; i < 50; i++) {
                CountDownLatch done = new CountDownLatch(1);
                shared.execute(done::countDown);
                assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void whoBringsVeryManyIsHeldUpUntilFewAreLeft() throws Exception {
        SharedThreads shared = shared(1, LONG);
        timers.shutdownNow(); // No thread replaces the stuck thread.
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        shared.execute(() -> await(release));
        for (int i = 0; i < 100; i++) {
            shared.execute(done::incrementAndGet);
        }
        // The pause is limited, even if the shared threads are stuck.
        shared.pauseIfTooMany(Duration.ofMillis(1));
        assertThat(done).hasValue(0);

        Thread held = new Thread(() -> {
            shared.pauseIfTooMany(LONG);
            seen.set(done.get());
        });
        held.start();
        while (LockSupport.getBlocker(held) != shared) {
            Thread.onSpinWait();
        }
        release.countDown();
        held.join();
        assertThat(seen).hasValueGreaterThan(80);
    }

    @Test
    void whoBringsAFewIsNotHeldUp() {
        SharedThreads shared = shared(1, LONG);
        CountDownLatch release = new CountDownLatch(1);
        for (int i = 0; i < 50; i++) {
            shared.execute(() -> await(release));
        }
        shared.pauseIfTooMany(LONG);
        release.countDown();
    }

    @Test
    void whoIsHeldUpGoesOnWhenAllEnds() throws Exception {
        SharedThreads shared = shared(1, LONG);
        CountDownLatch release = new CountDownLatch(1);
        for (int i = 0; i < 100; i++) {
            shared.execute(() -> await(release));
        }
        Future<?> held = threads.submit(() -> shared.pauseIfTooMany(LONG));
        shared.end();
        held.get(10, TimeUnit.SECONDS);
        release.countDown();
    }

    @Test
    void additionalThreadsThatHaveNothingToDoEndAndTheOthersStay() throws Exception {
        SharedThreads shared = shared(2, Duration.ofMillis(5));
        CountDownLatch release = block(shared, 9);
        assertThat(shared.threads()).isGreaterThanOrEqualTo(9);
        release.countDown();
        while (shared.threads() > 2 || threads.getActiveCount() > 2) {
            Thread.onSpinWait();
        }
        CountDownLatch again = new CountDownLatch(1);
        shared.execute(again::countDown);
        assertThat(again.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(shared.threads()).isEqualTo(2);
    }

    @Test
    void theThreadsThatStayAreMadeAtTheStartAndNoneByATask() {
        AtomicInteger asked = new AtomicInteger();
        timers.shutdownNow();
        SharedThreads shared = shared(3, MOST, LONG, task -> asked.incrementAndGet(), timers);
        assertThat(asked).hasValue(3);
        for (int i = 0; i < 100; i++) {
            shared.execute(() -> {});
        }
        assertThat(asked).hasValue(3);
    }

    @Test
    void thereAreNeverMoreThreadsThanTheBound() throws Exception {
        SharedThreads shared = shared(2, 5, LONG, threads, timers);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(25);
        for (int i = 0; i < 25; i++) {
            shared.execute(() -> {
                await(release);
                done.countDown();
            });
        }
        while (shared.threads() < 5) {
            Thread.onSpinWait();
        }
        // At least two further checks.
        timers.schedule(() -> {}, 60, TimeUnit.MILLISECONDS).get();
        assertThat(shared.threads()).isEqualTo(5);
        assertThat(threads.getLargestPoolSize()).isEqualTo(5);
        release.countDown();
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatATaskThrowsEndsNoThread() throws Exception {
        timers.shutdownNow(); // No thread replaces a thread that logs.
        SharedThreads shared = shared(1, LONG);
        for (Throwable failure :
                List.of(new IllegalStateException("a fault of a test"), new OutOfMemoryError("a fault of a test"))) {
            shared.execute(() -> sneak(failure));
        }
        CountDownLatch done = new CountDownLatch(1);
        shared.execute(done::countDown);
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(threads.getLargestPoolSize()).isOne();
        assertThat(shared.threads()).isOne();
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable failure) throws T {
        throw (T) failure;
    }

    /** A set interrupt status would make every park return at once. */
    @Test
    void interruptedThreadsSleepOnAndTakeTasks() throws Exception {
        Set<Thread> made = ConcurrentHashMap.newKeySet();
        Executor noted = worker -> threads.execute(() -> {
            made.add(Thread.currentThread());
            worker.run();
        });
        SharedThreads shared = shared(2, MOST, LONG, noted, timers);
        awaitSleepers(shared, made);
        for (int i = 0; i < 200; i++) {
            made.forEach(Thread::interrupt);
            CountDownLatch done = new CountDownLatch(1);
            shared.execute(done::countDown);
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        }
        made.forEach(Thread::interrupt);
        awaitSleepers(shared, made);
        assertThat(made).hasSize(2).noneMatch(Thread::isInterrupted);
    }

    private static void awaitSleepers(SharedThreads shared, Set<Thread> made) {
        while (made.size() < 2
                || !made.stream()
                        .allMatch(thread -> !thread.isInterrupted() && LockSupport.getBlocker(thread) == shared)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void anInterruptOfOneTaskIsNotSeenByTheNext() throws Exception {
        SharedThreads shared = shared(1, LONG);
        FutureTask<Boolean> next = new FutureTask<>(() -> Thread.currentThread().isInterrupted());
        shared.execute(() -> Thread.currentThread().interrupt());
        shared.execute(next);
        assertThat(next.get(10, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void theTasksThatWaitAtTheEndAreRunAndNoOthersAreTaken() throws Exception {
        SharedThreads shared = shared(1, LONG);
        CountDownLatch release = block(shared, 1);
        AtomicInteger later = new AtomicInteger();
        shared.execute(later::incrementAndGet);

        shared.end();
        assertThatThrownBy(() -> shared.execute(later::incrementAndGet)).isInstanceOf(RejectedExecutionException.class);
        release.countDown();

        while (threads.getActiveCount() > 0) {
            Thread.onSpinWait();
        }
        assertThat(later).hasValue(1);
        assertThat(shared.threads()).isZero();
    }

    @Test
    void theOwnersOfTasksThatNoThreadCanRunAnyMoreAreTold() {
        SharedThreads shared = shared(1, MOST, LONG, worker -> {}, timers);
        AtomicInteger told = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            new Tasks(shared).execute(() -> told.addAndGet(100), reason -> told.incrementAndGet());
        }
        shared.end();
        shared.refuseRest();
        assertThat(told).hasValue(3);
    }

    @Test
    void sleepersEndAtOnceWithIt() throws Exception {
        SharedThreads shared = shared(2, LONG);
        CountDownLatch done = new CountDownLatch(1);
        shared.execute(done::countDown);
        done.await();
        shared.end();
        while (threads.getActiveCount() > 0) {
            Thread.onSpinWait();
        }
        assertThat(shared.threads()).isZero();
    }

    /** A waiting thread must not hold its last task, and its references, in memory. */
    @Test
    void whatHasBeenDoneIsForgotten() throws Exception {
        SharedThreads shared = shared(1, LONG);
        CountDownLatch done = new CountDownLatch(1);
        WeakReference<Runnable> task = given(shared, done);
        done.await();
        while (task.get() != null) {
            System.gc();
        }
        assertThat(shared.threads()).isOne();
    }

    private static WeakReference<Runnable> given(SharedThreads shared, CountDownLatch done) {
        Runnable task = new Runnable() {
            @Override
            public void run() {
                done.countDown();
            }
        };
        shared.execute(task);
        return new WeakReference<>(task);
    }

    /** A check that found a task may count a surplus thread after all threads have parked again. */
    @Test
    void aThreadThatIsOneTooManyPassesOnTheTaskThatItWasWokenFor() throws Exception {
        Set<Thread> made = ConcurrentHashMap.newKeySet();
        Executor factory = task -> threads.execute(() -> {
            made.add(Thread.currentThread());
            task.run();
        });
        SharedThreads shared = shared(1, MOST, LONG, factory, timers);
        block(shared, 2).countDown();
        while (made.size() < 2 || !made.stream().allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING)) {
            Thread.onSpinWait();
        }
        shared.addMissing();
        CountDownLatch ran = new CountDownLatch(1);
        shared.execute(ran::countDown);
        assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
