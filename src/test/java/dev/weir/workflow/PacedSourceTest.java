package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.LimitsConfig;
import dev.weir.config.Rate;
import dev.weir.security.Access;
import dev.weir.security.Allowance;
import dev.weir.security.Reservation;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Received;
import dev.weir.stream.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PacedSourceTest {
    private final AtomicLong clock = new AtomicLong(-5_000_000_000L);
    private final ChunkQueue queue = new ChunkQueue(64);
    private final HandTimers timers = new HandTimers();
    private final ScheduledExecutorService clockwork = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void end() {
        timers.shutdownNow();
        clockwork.shutdownNow();
    }

    private PacedSource paced(int chunksPerSecond) {
        return paced(chunksPerSecond, clock::get);
    }

    private PacedSource pacedByTime(int chunksPerSecond) {
        return paced(chunksPerSecond, System::nanoTime, clockwork);
    }

    private PacedSource paced(int chunksPerSecond, LongSupplier nanos) {
        return paced(chunksPerSecond, nanos, timers);
    }

    private PacedSource paced(int chunksPerSecond, LongSupplier nanos, ScheduledExecutorService timing) {
        LimitsConfig limits = new LimitsConfig(
                Optional.empty(), Optional.empty(), Optional.of(new Rate(chunksPerSecond, Duration.ofSeconds(1))));
        Reservation claim = Access.open().reserveRun(new Allowance("workflow", limits, nanos));
        return new PacedSource(queue, claim, nanos, new Timers(timing));
    }

    private void fill(int chunks) {
        for (int i = 0; i < chunks; i++) {
            queue.offer(i);
        }
        queue.complete();
    }

    @Test
    void aChunkIsHeldUntilItsTurnAndThenHandedOverInOrder() {
        fill(3);
        PacedSource paced = paced(1);

        assertThat(paced.poll()).isEqualTo(new Received.Chunk(0));
        assertThat(paced.poll()).isNull();
        clock.addAndGet(900_000_000);
        assertThat(paced.poll()).isNull();
        clock.addAndGet(200_000_000);
        assertThat(paced.poll()).isEqualTo(new Received.Chunk(1));
        clock.addAndGet(2_000_000_000);
        assertThat(paced.poll()).isEqualTo(new Received.Chunk(2));
        assertThat(paced.poll()).isInstanceOf(Received.Completed.class);
    }

    @Test
    void theEndWaitsForNoTurn() throws InterruptedException {
        fill(1);
        PacedSource paced = paced(1);

        assertThat(BlockingReader.take(paced)).isEqualTo(new Received.Chunk(0));
        assertThat(BlockingReader.take(paced)).isInstanceOf(Received.Completed.class);
    }

    @Test
    void whoWaitsAWhileIsToldThatNothingCameAndLosesNothing() throws InterruptedException {
        fill(2);
        PacedSource paced = pacedByTime(10);
        assertThat(BlockingReader.poll(paced, Duration.ofSeconds(1))).isEqualTo(new Received.Chunk(0));

        assertThat(BlockingReader.poll(paced, Duration.ofMillis(5))).isNull();
        assertThat(BlockingReader.poll(paced, Duration.ofHours(1))).isEqualTo(new Received.Chunk(1));
    }

    @Test
    void noChunkIsLostAndThePaceIsKept() throws InterruptedException {
        PacedSource paced = pacedByTime(500);
        fill(60);
        long began = System.nanoTime();
        List<Object> chunks = new ArrayList<>();
        while (BlockingReader.take(paced) instanceof Received.Chunk chunk) {
            chunks.add(chunk.value());
        }

        assertThat(chunks).hasSize(60).first().isEqualTo(0);
        assertThat(chunks).last().isEqualTo(59);
        // The pace allows a burst of 1/64 s: about eight chunks pass at once.
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(95));
    }

    @Test
    void whoLeavesWordIsCalledWhenAChunkHasComeAndWhenItsTurnHas() {
        AtomicInteger calls = new AtomicInteger();
        PacedSource paced = paced(1);
        assertThat(paced.poll(calls::incrementAndGet)).isNull();
        queue.offer("a");
        queue.offer("b");
        assertThat(calls).hasValue(1);
        assertThat(paced.poll(calls::incrementAndGet)).isEqualTo(new Received.Chunk("a"));
        assertThat(paced.poll(calls::incrementAndGet)).isNull();
        assertThat(calls).hasValue(1);
        clock.addAndGet(1_100_000_000);
        timers.fire();
        assertThat(calls).hasValue(2);
        assertThat(paced.poll(calls::incrementAndGet)).isEqualTo(new Received.Chunk("b"));
        assertThat(timers.pending()).isZero();
    }

    @Test
    void closingCallsWhoLeftWord() {
        AtomicInteger calls = new AtomicInteger();
        PacedSource paced = paced(1);
        queue.offer("a");
        queue.offer("b");
        paced.poll();
        assertThat(paced.poll(calls::incrementAndGet)).isNull();

        paced.close();

        assertThat(calls).hasValue(1);
        assertThat(paced.poll(calls::incrementAndGet)).isInstanceOf(Received.Failed.class);
    }

    @Test
    void closingWakesWhoWaitsForATurn() throws Exception {
        queue.offer("a");
        queue.offer("b");
        PacedSource paced = paced(1);
        assertThat(BlockingReader.take(paced)).isEqualTo(new Received.Chunk("a"));
        CompletableFuture<Received> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return BlockingReader.take(paced);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        paced.close();

        assertThat(waiting.get(10, TimeUnit.SECONDS)).isInstanceOf(Received.Failed.class);
    }
}
