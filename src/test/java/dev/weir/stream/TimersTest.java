package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.workflow.HandTimers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimersTest {
    private static final Duration SOON = Duration.ofMillis(1);

    @Test
    void aPeriodicActionSurvivesWhateverItThrows() throws InterruptedException {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
        try {
            AtomicInteger times = new AtomicInteger();
            CountDownLatch three = new CountDownLatch(3);
            Cancellation.Registration row = new Timers(executor)
                    .every(
                            SOON,
                            () -> {
                                three.countDown();
                                if (times.incrementAndGet() == 1) {
                                    throw new IllegalStateException("on purpose");
                                }
                                throw new OutOfMemoryError("on purpose");
                            },
                            reason -> {});
            assertThat(three.await(10, TimeUnit.SECONDS)).isTrue();
            row.close();
            row.close();
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void anActionTakenBackDoesNotRun() {
        HandTimers executor = new HandTimers();
        Timers timers = new Timers(executor);
        timers.after(SOON, () -> {}, reason -> {}).close();
        timers.every(SOON, () -> {}, reason -> {}).close();
        assertThat(executor.pending()).isZero();
    }

    @Test
    void aTimerThatCannotBeHadIsTold() {
        HandTimers executor = new HandTimers();
        executor.shutdownNow();
        Timers timers = new Timers(executor);
        List<Throwable> told = new ArrayList<>();
        timers.after(SOON, () -> {}, told::add).close();
        timers.every(SOON, () -> {}, told::add).close();
        assertThat(told).hasSize(2).allMatch(RejectedExecutionException.class::isInstance);
    }
}
