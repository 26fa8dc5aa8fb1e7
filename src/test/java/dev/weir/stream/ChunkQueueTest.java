package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ChunkQueueTest {
    private final WeirException broken = new WeirException(ErrorCode.UPSTREAM_FAILED, "broken");

    @Test
    void chunksComeInTheProducersOrderAndThenTheEndForEver() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(4);
        queue.offer("a");
        queue.offer("b");
        queue.complete();

        assertThat(BlockingReader.take(queue)).isEqualTo(new Received.Chunk("a"));
        assertThat(queue.poll()).isEqualTo(new Received.Chunk("b"));
        assertThat(BlockingReader.poll(queue, Duration.ofSeconds(5))).isInstanceOf(Received.Completed.class);
        assertThat(BlockingReader.take(queue)).isInstanceOf(Received.Completed.class);
        assertThat(queue.poll()).isInstanceOf(Received.Completed.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64})
    void aFullQueueRefusesAChunkButNeverTheEnd(int capacity) throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(capacity);
        for (int i = 0; i < capacity; i++) {
            assertThat(queue.offer(i)).isTrue();
        }
        assertThat(queue.offer("one too many")).isFalse();
        queue.fail(broken);

        for (int i = 0; i < capacity; i++) {
            assertThat(BlockingReader.take(queue)).isEqualTo(new Received.Chunk(i));
        }
        assertThat(BlockingReader.take(queue)).isEqualTo(new Received.Failed(broken));
    }

    @Test
    void onlyTheFirstEndCounts() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(1);
        queue.complete();
        queue.fail(broken);
        assertThat(BlockingReader.take(queue)).isInstanceOf(Received.Completed.class);
        assertThat(queue.offer("late")).isFalse();
    }

    @Test
    void theWaitingProducerIsToldOnceWhenRoomFreesUp() {
        ChunkQueue queue = new ChunkQueue(1);
        AtomicInteger told = new AtomicInteger();
        queue.offer("a");
        queue.onWritable(told::incrementAndGet);
        assertThat(told).hasValue(0);
        queue.poll();
        queue.poll();
        assertThat(told).hasValue(1);
    }

    @Test
    void aSlowReaderWakesTheProducerOnlyWhenHalfOfTheQueueIsFree() {
        ChunkQueue queue = new ChunkQueue(4);
        AtomicInteger told = new AtomicInteger();
        for (int i = 0; i < 4; i++) {
            queue.offer(i);
        }
        queue.onWritable(told::incrementAndGet);
        queue.poll();
        assertThat(told).hasValue(0);
        queue.poll();
        assertThat(told).hasValue(1);
    }

    @Test
    void aProducerThatFindsRoomIsToldAtOnce() {
        AtomicInteger told = new AtomicInteger();
        new ChunkQueue(1).onWritable(told::incrementAndGet);
        assertThat(told).hasValue(1);
    }

    @Test
    void closingTheSourceTellsTheProducerAndDropsWhatWaits() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(1);
        AtomicInteger cancelled = new AtomicInteger();
        AtomicInteger writable = new AtomicInteger();
        queue.offer("a");
        queue.onCancel(cancelled::incrementAndGet);
        queue.onWritable(writable::incrementAndGet);
        queue.close();
        queue.close();

        assertThat(cancelled).hasValue(1);
        assertThat(writable).hasValue(1);
        assertThat(queue.isCancelled()).isTrue();
        assertThat(queue.offer("b")).isFalse();
        assertThat(BlockingReader.take(queue))
                .isInstanceOfSatisfying(
                        Received.Failed.class,
                        failed -> assertThat(failed.cause().code()).isEqualTo(ErrorCode.CANCELLED));
    }

    @Test
    void closingAfterTheEndCancelsNothing() {
        ChunkQueue queue = new ChunkQueue(1);
        AtomicInteger cancelled = new AtomicInteger();
        queue.onCancel(cancelled::incrementAndGet);
        queue.complete();
        queue.close();
        assertThat(cancelled).hasValue(0);
    }

    @Test
    void whatACloseDropsDoesNotLookLikeAWholeStream() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(4);
        List.of("a", "b").forEach(queue::offer);
        queue.complete();
        BlockingReader.take(queue);
        queue.close();
        assertThat(BlockingReader.take(queue)).isInstanceOf(Received.Failed.class);
        assertThat(BlockingReader.take(queue)).isInstanceOf(Received.Failed.class);
    }

    @Test
    void closingAfterTheLastChunkWasReadLeavesTheEndAsItIs() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(4);
        queue.offer("a");
        queue.complete();
        BlockingReader.take(queue);
        queue.close();
        assertThat(BlockingReader.take(queue)).isInstanceOf(Received.Completed.class);
    }

    @Test
    void aFailureCanBeToldInOtherWords() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(4);
        queue.fail(broken);
        ChunkSource placed = queue.mapFailure(failure -> failure.at("component a"));
        assertThat(BlockingReader.take(placed))
                .isInstanceOfSatisfying(
                        Received.Failed.class,
                        failed -> assertThat(failed.cause().detail()).isEqualTo("component a: broken"));
        assertThat(placed.poll()).isEqualTo(BlockingReader.take(placed));
    }

    @Test
    void closingTheSourceUnblocksItsReader() throws Exception {
        ChunkQueue queue = new ChunkQueue(1);
        CompletableFuture<Received> taken = inBackground(queue);
        queue.close();
        assertThat(taken.get(10, TimeUnit.SECONDS)).isInstanceOf(Received.Failed.class);
    }

    @Test
    void aWaitWithALimitEndsWithoutAChunk() throws InterruptedException {
        assertThat(BlockingReader.poll(new ChunkQueue(1), Duration.ofMillis(1))).isNull();
        assertThat(new ChunkQueue(1).poll()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64})
    void nothingIsLostBetweenTwoThreads(int capacity) throws Exception {
        int count = 20_000;
        ChunkQueue queue = new ChunkQueue(capacity);
        Runnable producer = new Runnable() {
            private int next;

            @Override
            public void run() {
                while (next < count && queue.offer(next)) {
                    next++;
                }
                if (next == count) {
                    queue.complete();
                } else {
                    queue.onWritable(this);
                }
            }
        };
        CompletableFuture<Void> produced = CompletableFuture.runAsync(producer);
        List<Object> received = new ArrayList<>();
        BlockingReader.readAll(queue, received::add);
        produced.get(10, TimeUnit.SECONDS);
        assertThat(received).hasSize(count).isSorted();
    }

    @Test
    void mappingDropsNullsAndEndsWithTheMappersFailure() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(8);
        AtomicInteger cancelled = new AtomicInteger();
        queue.onCancel(cancelled::incrementAndGet);
        List.of("a", "skip", "b", "bad", "c").forEach(queue::offer);
        ChunkSource mapped = queue.map(chunk -> {
            if (chunk.equals("bad")) {
                throw broken;
            }
            return chunk.equals("skip") ? null : chunk + "!";
        });

        assertThat(mapped.poll()).isEqualTo(new Received.Chunk("a!"));
        assertThat(BlockingReader.take(mapped)).isEqualTo(new Received.Chunk("b!"));
        assertThat(BlockingReader.poll(mapped, Duration.ofSeconds(1))).isEqualTo(new Received.Failed(broken));
        assertThat(mapped.poll()).isEqualTo(new Received.Failed(broken));
        assertThat(BlockingReader.take(mapped)).isEqualTo(new Received.Failed(broken));
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void readingAllStopsEarlyWhenTheReaderHasEnough() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(8);
        List.of("a", "b", "c").forEach(queue::offer);
        List<Object> read = new ArrayList<>();
        BlockingReader.readAll(queue, chunk -> {
            read.add(chunk);
            return read.size() < 2;
        });
        assertThat(read).containsExactly("a", "b");
        assertThat(queue.isCancelled()).isTrue();
    }

    private static CompletableFuture<Received> inBackground(ChunkSource source) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return BlockingReader.take(source);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void aReaderThatLeavesWordIsCalledOnceWhenSomethingIsThere() {
        AtomicInteger calls = new AtomicInteger();
        ChunkQueue queue = new ChunkQueue(4);
        assertThat(queue.poll(calls::incrementAndGet)).isNull();
        assertThat(calls).hasValue(0);

        queue.offer("a");
        queue.offer("b");
        assertThat(calls).hasValue(1);
        assertThat(queue.poll(calls::incrementAndGet)).isEqualTo(new Received.Chunk("a"));
        assertThat(queue.poll(calls::incrementAndGet)).isEqualTo(new Received.Chunk("b"));
        assertThat(queue.poll(calls::incrementAndGet)).isNull();
        queue.complete();
        queue.complete();
        assertThat(calls).hasValue(2);
        assertThat(queue.poll(calls::incrementAndGet)).isInstanceOf(Received.Completed.class);
        queue.close();
        assertThat(calls).hasValue(2);
    }

    @Test
    void aReaderThatLeftWordIsCalledByTheEndByAFailureAndByAClose() {
        AtomicInteger calls = new AtomicInteger();
        ChunkQueue failing = new ChunkQueue(4);
        failing.poll(calls::incrementAndGet);
        failing.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "gone"));
        assertThat(calls).hasValue(1);
        ChunkQueue closed = new ChunkQueue(4);
        closed.poll(calls::incrementAndGet);
        closed.close();
        assertThat(calls).hasValue(2);
    }

    @Test
    void aWordLeftBeforeIsForgottenByTheNextLook() {
        AtomicInteger calls = new AtomicInteger();
        ChunkQueue queue = new ChunkQueue(4);
        queue.poll(calls::incrementAndGet);
        assertThat(queue.poll()).isNull();
        queue.offer("a");
        assertThat(calls).hasValue(0);
    }

    @Test
    void aMappedReaderIsCalledAndSeesWhatIsLeft() {
        AtomicInteger calls = new AtomicInteger();
        ChunkQueue queue = new ChunkQueue(4);
        ChunkSource even = queue.map(chunk -> (Integer) chunk % 2 == 0 ? chunk : null);
        queue.offer(1);
        assertThat(even.poll(calls::incrementAndGet)).isNull();
        queue.offer(2);
        assertThat(calls).hasValue(1);
        assertThat(even.poll(calls::incrementAndGet)).isEqualTo(new Received.Chunk(2));
    }

    @Test
    void aQueueThatIsFullByItsBytesRefusesThoughFewChunksWait() {
        ChunkQueue queue = new ChunkQueue(64, 1000);
        assertThat(queue.offer("x".repeat(200))).isTrue();
        assertThat(queue.offer(new byte[400])).isTrue();
        assertThat(queue.offer("x".repeat(200))).isFalse();
        AtomicInteger told = new AtomicInteger();
        queue.onWritable(told::incrementAndGet);
        assertThat(told).hasValue(0);
        queue.poll();
        assertThat(told).hasValue(1);
        assertThat(queue.offer("x".repeat(200))).isTrue();
    }

    @Test
    void aChunkThatIsLargerThanTheQueueWaitsAlone() {
        ChunkQueue queue = new ChunkQueue(64, 1000);
        assertThat(queue.offer("x".repeat(10_000))).isTrue();
        assertThat(queue.offer("y")).isFalse();
        queue.poll();
        assertThat(queue.offer("y")).isTrue();
        assertThat(queue.offer("x".repeat(10_000))).isFalse();
        AtomicInteger told = new AtomicInteger();
        queue.onWritable(told::incrementAndGet);
        assertThat(told).hasValue(0);
        assertThat(queue.poll()).isEqualTo(new Received.Chunk("y"));
        assertThat(told).hasValue(1);
        assertThat(queue.offer("x".repeat(10_000))).isTrue();
    }

    /** For any chunks, a waiting producer is notified, and no chunk is lost. */
    @Test
    void aProducerOfChunksOfAnySizeIsAlwaysTold() throws Exception {
        Random random = new Random(7);
        List<String> chunks = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            chunks.add(i + "x".repeat(random.nextInt(3) == 0 ? random.nextInt(900) : random.nextInt(20)));
        }
        ChunkQueue queue = new ChunkQueue(8, 1000);
        Thread producer = new Thread(() -> {
            for (String chunk : chunks) {
                while (!queue.offer(chunk)) {
                    CountDownLatch room = new CountDownLatch(1);
                    queue.onWritable(room::countDown);
                    try {
                        room.await();
                    } catch (InterruptedException e) {
                        return;
                    }
                }
            }
            queue.complete();
        });
        producer.start();
        for (String chunk : chunks) {
            assertThat(BlockingReader.take(queue)).isEqualTo(new Received.Chunk(chunk));
        }
        assertThat(BlockingReader.take(queue)).isInstanceOf(Received.Completed.class);
        producer.join();
    }
}
