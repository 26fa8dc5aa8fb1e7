package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class SourceReadingTest {
    private final ChunkQueue queue = new ChunkQueue(200);
    private final List<Runnable> handedOver = new ArrayList<>();
    private final Tasks tasks = new Tasks(handedOver::add);
    private final List<Object> read = new ArrayList<>();

    private void run() {
        while (!handedOver.isEmpty()) {
            handedOver.remove(0).run();
        }
    }

    @Test
    void chunksAreReadInTasksAsTheyCome() {
        CompletableFuture<Void> end = SourceReading.readAll(queue, read::add, tasks);
        run();
        queue.offer("a");
        assertThat(read).as("read on the producer's thread").isEmpty();
        run();
        assertThat(read).containsExactly("a");
        queue.offer("b");
        queue.complete();
        run();
        assertThat(read).containsExactly("a", "b");
        assertThat(end).isCompleted();
        assertThat(queue.isCancelled()).isTrue();
    }

    @Test
    void aReaderOfManyChunksLetsOtherTasksHaveTheirTurn() {
        for (int i = 0; i < 200; i++) {
            queue.offer(i);
        }
        CompletableFuture<Void> end = SourceReading.readAll(queue, read::add, tasks);
        handedOver.remove(0).run();
        assertThat(read).hasSize(64);
        assertThat(handedOver).hasSize(1);
        run();
        assertThat(read).hasSize(200);
        assertThat(end).isNotDone();
    }

    @Test
    void aReaderThatHasEnoughClosesTheSource() {
        queue.offer("a");
        queue.offer("b");
        CompletableFuture<Void> end = SourceReading.readAll(
                queue,
                chunk -> {
                    read.add(chunk);
                    return false;
                },
                tasks);
        run();
        assertThat(read).containsExactly("a");
        assertThat(end).isCompleted();
        assertThat(queue.isCancelled()).isTrue();
    }

    @Test
    void theStreamsFailureAndTheReadersAreGiven() {
        queue.fail(new WeirException(ErrorCode.INTERNAL, "broken"));
        CompletableFuture<Void> failed = SourceReading.readAll(queue, read::add, tasks);
        run();
        assertThatThrownBy(failed::join).hasRootCauseMessage("broken");

        ChunkQueue other = new ChunkQueue(1);
        other.offer("a");
        CompletableFuture<Void> thrown = SourceReading.readAll(
                other,
                chunk -> {
                    throw new AssertionError("by the reader");
                },
                tasks);
        run();
        assertThatThrownBy(thrown::join).hasRootCauseMessage("by the reader");
        assertThat(other.isCancelled()).isTrue();
    }

    @Test
    void aReadingThatNoThreadTakesEndsAndClosesTheSource() {
        CompletableFuture<Void> end = SourceReading.readAll(queue, read::add, new Tasks(task -> {
            throw new RejectedExecutionException("full");
        }));
        assertThat(queue.isCancelled()).isTrue();
        assertThatThrownBy(end::join)
                .cause()
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY));
    }
}
