package dev.weir.inference.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Cancellation;
import dev.weir.stream.FaultyExecutor;
import dev.weir.stream.FaultyExecutor.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class BatchTurnsTest {
    private final FaultyExecutor threads = new FaultyExecutor();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger interrupts = new AtomicInteger();
    private final AtomicInteger freed = new AtomicInteger();
    private final Semaphore proceed = new Semaphore(0);
    private final CountDownLatch reading = new CountDownLatch(1);
    private final BatchTurns turns = new BatchTurns(
            threads,
            () -> {
                interrupts.incrementAndGet();
                proceed.release();
            },
            freed::incrementAndGet);

    @AfterEach
    void stop() {
        proceed.release(100);
        turns.close();
        assertThat(freed).hasValue(1);
        threads.close();
    }

    private int batch() {
        int number = begun.incrementAndGet();
        reading.countDown();
        proceed.acquireUninterruptibly();
        return number;
    }

    private CompletableFuture<Integer> read(Cancellation cancellation) {
        return turns.read(this::batch, cancellation);
    }

    private static ErrorCode failure(CompletableFuture<?> future) throws Exception {
        try {
            future.get(20, TimeUnit.SECONDS);
            throw new AssertionError("no failure");
        } catch (ExecutionException e) {
            return WeirException.of(e.getCause()).code();
        }
    }

    @Test
    void batchesAreReadOneAtATimeInTheOrderTheyCame() throws Exception {
        List<CompletableFuture<Integer>> batches = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            batches.add(read(new Cancellation()));
        }
        reading.await();
        assertThat(begun).hasValue(1);
        proceed.release(5);
        for (int i = 0; i < 5; i++) {
            assertThat(batches.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(i + 1);
        }
    }

    @Test
    void closingTakesTheBatchUnderWayAndNoOther() throws Exception {
        CompletableFuture<Integer> first = read(new Cancellation());
        List<CompletableFuture<Integer>> queued = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            queued.add(read(new Cancellation()));
        }
        reading.await();
        turns.close();
        assertThat(begun).hasValue(1);
        assertThat(freed).hasValue(1);
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(1);
        for (CompletableFuture<Integer> each : queued) {
            assertThat(failure(each)).isEqualTo(ErrorCode.NOT_READY);
        }
    }

    @Test
    void aCancelledCallerLeavesTheQueueAtOnceAndEndsNoOthersBatch() throws Exception {
        Cancellation waiting = new Cancellation();
        CompletableFuture<Integer> first = read(new Cancellation());
        CompletableFuture<Integer> second = read(waiting);
        reading.await();
        waiting.cancel("client disconnected");
        assertThat(second).isCompletedExceptionally();
        assertThat(failure(second)).isEqualTo(ErrorCode.CANCELLED);
        assertThat(interrupts).hasValue(0);
        proceed.release();
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(begun).hasValue(1);
    }

    @Test
    void cancellingTheBatchUnderWayInterruptsIt() throws Exception {
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Integer> first = read(cancellation);
        reading.await();
        cancellation.cancel("client disconnected");
        assertThat(interrupts).hasValue(1);
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void aBatchThatFailsKeepsNoOtherFromBeingRead() throws Exception {
        CompletableFuture<Integer> failing = turns.read(
                () -> {
                    throw new OutOfMemoryError("by the test");
                },
                new Cancellation());
        CompletableFuture<Integer> next = read(new Cancellation());
        proceed.release();
        assertThat(failure(failing)).isEqualTo(ErrorCode.INTERNAL);
        assertThat(next.get(20, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void aRefusedThreadFailsTheBatchAndTheNextIsRead(Fault fault) throws Exception {
        threads.failAt(1, fault);
        assertThat(failure(read(new Cancellation()))).isEqualTo(ErrorCode.NOT_READY);
        proceed.release();
        assertThat(read(new Cancellation()).get(20, TimeUnit.SECONDS)).isEqualTo(1);
    }
}
