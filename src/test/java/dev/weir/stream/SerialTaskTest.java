package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SerialTaskTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void everySignalIsSeenAndTheActionNeverRunsTwiceAtOnce() throws Exception {
        AtomicBoolean running = new AtomicBoolean();
        AtomicBoolean twice = new AtomicBoolean();
        AtomicInteger given = new AtomicInteger();
        int signals = 4 * 20_000;
        CountDownLatch all = new CountDownLatch(1);
        int[] plain = new int[1];
        SerialTask task = new SerialTask(
                new Tasks(threads),
                () -> {
                    twice.compareAndSet(false, !running.compareAndSet(false, true));
                    plain[0]++;
                    if (given.get() == signals) {
                        all.countDown();
                    }
                    running.set(false);
                },
                refusal -> {});
        for (int thread = 0; thread < 4; thread++) {
            threads.execute(() -> {
                for (int i = 0; i < signals / 4; i++) {
                    given.incrementAndGet();
                    task.signal();
                }
            });
        }
        all.await();
        assertThat(twice).isFalse();
        assertThat(plain[0]).isBetween(1, signals);
    }

    @Test
    void aRefusalIsToldOnceAndNothingRunsAfterIt() {
        List<Throwable> refusals = new ArrayList<>();
        AtomicInteger ran = new AtomicInteger();
        SerialTask task = new SerialTask(
                new Tasks(command -> {
                    throw new RejectedExecutionException("ended");
                }),
                ran::incrementAndGet,
                refusals::add);
        task.signal();
        task.signal();
        assertThat(refusals).hasSize(1);
        assertThat(ran).hasValue(0);
    }

    @Test
    void aRefusalOfWhatIsToFollowIsToldWhileTheActionDoesNotRun() {
        AtomicReference<Runnable> handedOver = new AtomicReference<>();
        List<String> order = new ArrayList<>();
        AtomicReference<SerialTask> self = new AtomicReference<>();
        self.set(new SerialTask(
                new Tasks(command -> {
                    if (!handedOver.compareAndSet(null, command)) {
                        throw new OutOfMemoryError("a test's");
                    }
                }),
                () -> {
                    self.get().signal();
                    order.add("ran");
                },
                refusal -> order.add("refused")));
        self.get().signal();
        handedOver.get().run();
        self.get().signal();
        assertThat(order).containsExactly("ran", "refused");
    }

    @Test
    void anActionThatFailsRunsAtTheNextSignal() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch second = new CountDownLatch(2);
        SerialTask task = new SerialTask(
                new Tasks(threads),
                () -> {
                    second.countDown();
                    if (runs.incrementAndGet() == 1) {
                        throw new StackOverflowError("a test's");
                    }
                },
                refusal -> {});
        task.signal();
        while (runs.get() == 0) {
            Thread.onSpinWait();
        }
        task.signal();
        second.await();
    }

    @Test
    void onTheSignallingThreadToo() {
        List<String> order = new ArrayList<>();
        AtomicReference<SerialAction> self = new AtomicReference<>();
        self.set(new SerialAction(() -> {
            order.add("begin");
            if (order.size() == 1) {
                self.get().signal();
            }
            order.add("end");
        }));
        self.get().signal();
        assertThat(order).containsExactly("begin", "end", "begin", "end");
    }
}
