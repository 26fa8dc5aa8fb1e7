package dev.weir.workflow.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.json.MemoryEstimate;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.Numbered;
import dev.weir.stream.Received;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventLogTest {
    private static final int ONE = (int) MemoryEstimate.bytes("a");

    private final EventLog log = new EventLog(4, 1_000);

    private EventReader read(long after, boolean holds) {
        return log.read(after, holds, log::release);
    }

    private static Received chunk(long number, String value) {
        return new Received.Chunk(new Numbered(number, value));
    }

    private static ErrorCode failure(Received received) {
        return ((Received.Failed) received).cause().code();
    }

    private void append(String... events) {
        List.of(events).forEach(log::append);
    }

    @Test
    void eventsAreNumberedFromOneAndReadByEachReaderForItself() throws InterruptedException {
        append("a", "b");
        EventReader first = read(0, false);
        EventReader second = read(1, false);
        log.end(new Received.Completed());
        assertThat(List.of(BlockingReader.take(first), BlockingReader.take(first)))
                .containsExactly(chunk(1, "a"), chunk(2, "b"));
        assertThat(BlockingReader.take(second)).isEqualTo(chunk(2, "b"));
        assertThat(second.previous()).hasValue("a");
        assertThat(BlockingReader.take(first)).isInstanceOf(Received.Completed.class);
        assertThat(first.poll()).isInstanceOf(Received.Completed.class);
    }

    @Test
    void whoLeavesWordIsCalledOnceByAnEventByTheEndAndByItsOwnEnd() {
        AtomicInteger calls = new AtomicInteger();
        EventReader reader = read(0, false);
        EventReader other = read(0, false);
        assertThat(reader.poll(calls::incrementAndGet)).isNull();
        assertThat(other.poll(calls::incrementAndGet)).isNull();
        append("a", "b");
        assertThat(calls).hasValue(2);
        assertThat(reader.poll(calls::incrementAndGet)).isEqualTo(chunk(1, "a"));
        assertThat(reader.poll(calls::incrementAndGet)).isEqualTo(chunk(2, "b"));
        assertThat(reader.poll(calls::incrementAndGet)).isNull();
        reader.end(new WeirException(ErrorCode.SUPERSEDED, "another"));
        assertThat(calls).hasValue(3);
        assertThat(failure(reader.poll(calls::incrementAndGet))).isEqualTo(ErrorCode.SUPERSEDED);
        other.poll();
        other.poll();
        assertThat(other.poll(calls::incrementAndGet)).isNull();
        log.end(new Received.Completed());
        assertThat(calls).hasValue(4);
    }

    @Test
    void whoHasGoneIsNotCalled() {
        AtomicInteger calls = new AtomicInteger();
        EventReader reader = read(0, false);
        reader.poll(calls::incrementAndGet);
        reader.close();
        append("a");
        assertThat(calls).hasValue(0);
    }

    @Test
    void whatIsNotThereYetIsWaitedFor() throws Exception {
        EventReader reader = read(0, false);
        assertThat(reader.poll()).isNull();
        assertThat(BlockingReader.poll(reader, Duration.ofMillis(1))).isNull();
        CompletableFuture<Received> taken = CompletableFuture.supplyAsync(() -> takeFrom(reader));
        append("a");
        assertThat(taken.get(10, TimeUnit.SECONDS)).isEqualTo(chunk(1, "a"));
    }

    private static Received takeFrom(EventReader reader) {
        try {
            return BlockingReader.take(reader);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aReaderThatFellBehindIsToldSoAndNeverShorted() throws InterruptedException {
        EventReader late = read(0, false);
        append("a", "b", "c", "d");
        assertThat(BlockingReader.take(late)).isEqualTo(chunk(1, "a"));
        append("e", "f");
        assertThat(failure(BlockingReader.take(late))).isEqualTo(ErrorCode.EVENTS_GONE);
        assertThat(failure(BlockingReader.take(late))).isEqualTo(ErrorCode.EVENTS_GONE);
    }

    @Test
    void whoAsksForWhatIsGoneIsToldSo() throws InterruptedException {
        append("a", "b", "c", "d", "e", "f");
        assertThat(failure(BlockingReader.take(read(0, false)))).isEqualTo(ErrorCode.EVENTS_GONE);
        assertThat(failure(BlockingReader.take(read(2, false)))).isEqualTo(ErrorCode.EVENTS_GONE);
        assertThat(BlockingReader.take(read(3, false))).isEqualTo(chunk(4, "d"));
        assertThat(read(6, false).poll()).isNull();
    }

    @Test
    void bytesAreBoundedTooButTheNewestIsAlwaysKept() throws InterruptedException {
        append("a", "b", "x".repeat(5_000));
        assertThat(log.bytes()).isEqualTo(MemoryEstimate.bytes("x".repeat(5_000)));
        assertThat(read(3, false).previous()).hasValue("x".repeat(5_000));
        append("c");
        assertThat(log.bytes()).isEqualTo(ONE);
        assertThat(failure(BlockingReader.take(read(2, false)))).isEqualTo(ErrorCode.EVENTS_GONE);
    }

    @Test
    void aHoldingReaderLosesNothingAndHoldsUpWhoWaitsForIt() throws Exception {
        EventReader holding = read(0, true);
        CompletableFuture<Void> producer = CompletableFuture.runAsync(() -> produce(10_000, Integer.MAX_VALUE));
        for (int i = 1; i <= 10_000; i++) {
            assertThat(BlockingReader.take(holding)).isEqualTo(chunk(i, "e" + i));
        }
        assertThat(BlockingReader.take(holding)).isInstanceOf(Received.Completed.class);
        producer.get(10, TimeUnit.SECONDS);
    }

    private static void awaitRoom(EventLog log, int ahead) throws InterruptedException {
        CountDownLatch room = new CountDownLatch(1);
        while (!log.hasRoom(ahead, room::countDown)) {
            room.await();
            room = new CountDownLatch(1);
        }
    }

    private void produce(int count, int ahead) {
        try {
            for (int i = 1; i <= count; i++) {
                awaitRoom(log, ahead);
                log.append("e" + i);
            }
            log.end(new Received.Completed());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theProducerGoesNoFurtherAheadThanItMay() throws Exception {
        EventReader holding = read(0, true);
        CompletableFuture<Void> producer = CompletableFuture.runAsync(() -> produce(6, 2));
        while (log.newest() < 2) {
            Thread.onSpinWait();
        }
        assertThat(producer).isNotDone();
        for (int i = 1; i <= 6; i++) {
            assertThat(BlockingReader.take(holding)).isEqualTo(chunk(i, "e" + i));
            assertThat(log.newest()).isLessThanOrEqualTo(i + 2);
        }
        producer.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aReaderThatIsClosedHoldsNobodyUp() throws Exception {
        EventReader holding = read(0, true);
        CompletableFuture<Void> producer = CompletableFuture.runAsync(() -> produce(100, Integer.MAX_VALUE));
        assertThat(BlockingReader.take(holding)).isEqualTo(chunk(1, "e1"));
        holding.close();
        producer.get(10, TimeUnit.SECONDS);
    }

    @Test
    void theEndFreesAProducerThatWaits() throws Exception {
        EventReader holding = read(0, true);
        CompletableFuture<Void> producer = CompletableFuture.runAsync(() -> produce(100, 1));
        assertThat(BlockingReader.take(holding)).isEqualTo(chunk(1, "e1"));
        log.end(new Received.Completed());
        producer.get(10, TimeUnit.SECONDS);
        assertThat(log.newest()).isLessThanOrEqualTo(2);
    }

    @Test
    void aProducerThatDoesNotWaitIsNotHeldUpAndKeepsItsBound() throws InterruptedException {
        EventReader reader = read(0, true);
        for (int i = 0; i < 100; i++) {
            log.append("a");
        }
        assertThat(log.bytes()).isEqualTo(4L * ONE);
        assertThat(failure(BlockingReader.take(reader))).isEqualTo(ErrorCode.EVENTS_GONE);
    }

    @Test
    void everyReaderThatDropsAndComesBackHasEveryEventOnce() throws Exception {
        EventLog wide = new EventLog(64, 100_000);
        Consumer<EventReader> keepsItsPlace = left -> {};
        EventReader reader = wide.read(0, true, keepsItsPlace);
        CompletableFuture<Void> producer = CompletableFuture.runAsync(() -> {
            for (int i = 1; i <= 20_000; i++) {
                try {
                    awaitRoom(wide, 32);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                wide.append(String.valueOf(i));
            }
            wide.end(new Received.Completed());
        });
        Random random = new Random(7);
        List<Object> seen = new ArrayList<>();
        Received received = BlockingReader.take(reader);
        while (received instanceof Received.Chunk chunk) {
            seen.add(((Numbered) chunk.value()).value());
            if (random.nextInt(50) == 0) {
                EventReader before = reader;
                reader = wide.read(seen.size(), true, keepsItsPlace);
                wide.release(before);
            }
            received = BlockingReader.take(reader);
        }
        producer.get(10, TimeUnit.SECONDS);
        assertThat(received).isInstanceOf(Received.Completed.class);
        assertThat(seen).hasSize(20_000);
        for (int i = 0; i < seen.size(); i++) {
            assertThat(seen.get(i)).isEqualTo(String.valueOf(i + 1));
        }
    }
}
