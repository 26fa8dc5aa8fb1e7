package dev.weir.face.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.face.mcp.ProgressSource.Outcome;
import dev.weir.face.mcp.ProgressSource.Progress;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Received;
import dev.weir.stream.Timers;
import dev.weir.workflow.HandTimers;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Progress comes at most four times a second, and the outcome has everything. */
class ProgressSourceTest {
    private final ChunkQueue queue = new ChunkQueue(4096);
    private final HandTimers timers = new HandTimers();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger signals = new AtomicInteger();
    private final ProgressSource source = new ProgressSource(queue, new Timers(timers), nanos::get);

    @AfterEach
    void end() {
        timers.shutdownNow();
    }

    private Object next() {
        Received received = source.poll(signals::incrementAndGet);
        return received instanceof Received.Chunk chunk ? chunk.value() : received;
    }

    @Test
    void halfACharacterWaitsForItsOtherHalf() {
        queue.offer("a\uD83D");
        assertThat(next()).isEqualTo(new Progress(1, "a"));
        queue.offer("\uDE00");
        nanos.addAndGet(ProgressSource.PERIOD.toNanos());
        assertThat(next()).isEqualTo(new Progress(2, "\uD83D\uDE00"));
    }

    @Test
    void theFirstChunkIsReportedAtOnceAndTheOthersTogether() {
        queue.offer("a");
        queue.offer("b");
        queue.offer(List.of(1));
        assertThat(next()).isEqualTo(new Progress(1, "a"));
        assertThat(next()).isNull();
        assertThat(timers.pending()).isEqualTo(1);
        assertThat(next()).isNull();
        assertThat(timers.pending()).isEqualTo(1);
        nanos.addAndGet(ProgressSource.PERIOD.toNanos());
        int before = signals.get();
        timers.fire();
        assertThat(signals.get()).isGreaterThan(before);
        assertThat(next()).isEqualTo(new Progress(3, "b[1]"));
        queue.complete();
        assertThat(next()).isEqualTo(new Outcome(List.of("a", "b", List.of(1))));
        assertThat(next()).isEqualTo(new Received.Completed());
        assertThat(timers.pending()).isZero();
    }

    @Test
    void anOutcomeJoinsTextsAndBytes() {
        queue.offer("a");
        queue.offer("b");
        queue.complete();
        assertThat(next()).isEqualTo(new Progress(1, "a"));
        assertThat(next()).isEqualTo(new Outcome("ab"));
        ChunkQueue bytes = new ChunkQueue(2);
        bytes.offer(new byte[] {1});
        bytes.offer(new byte[] {2});
        bytes.complete();
        ProgressSource file = new ProgressSource(bytes, new Timers(timers), nanos::get);
        assertThat(((Received.Chunk) file.poll()).value()).isEqualTo(new Progress(1, ""));
        Outcome outcome = (Outcome) ((Received.Chunk) file.poll()).value();
        assertThat((byte[]) outcome.value()).containsExactly(1, 2);
    }

    @Test
    void aFailureHasNoOutcome() {
        queue.offer("a");
        queue.offer("b");
        assertThat(next()).isEqualTo(new Progress(1, "a"));
        assertThat(next()).isNull();
        WeirException failure = new WeirException(ErrorCode.UPSTREAM_FAILED, "gone");
        queue.fail(failure);
        assertThat(next()).isEqualTo(new Received.Failed(failure));
        assertThat(timers.pending()).isZero();
    }

    @Test
    void manyReadyChunksLeaveTheThreadToOthers() {
        for (int i = 0; i < 1026; i++) {
            queue.offer("x");
        }
        assertThat(next()).isEqualTo(new Progress(1, "x"));
        int before = signals.get();
        assertThat(next()).isNull();
        assertThat(signals.get()).isGreaterThan(before);
        nanos.addAndGet(ProgressSource.PERIOD.toNanos());
        assertThat(next()).isEqualTo(new Progress(1026, "x".repeat(1025)));
    }

    @Test
    void closingEndsTheTimerAndTheProducer() {
        queue.offer("a");
        queue.offer("b");
        assertThat(next()).isEqualTo(new Progress(1, "a"));
        assertThat(next()).isNull();
        source.close();
        assertThat(timers.pending()).isZero();
        assertThat(queue.isCancelled()).isTrue();
    }
}
