package dev.weir.inference.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.WeirException;
import dev.weir.stream.Cancellation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrderedBatchesTest {
    private final Deque<Runnable> queued = new ArrayDeque<>();
    private final BatchTurns turns = new BatchTurns(queued::add, () -> {}, () -> {});
    private final List<Integer> read = new ArrayList<>();

    @AfterEach
    void close() {
        turns.close();
    }

    private CompletableFuture<List<Integer>> begin(
            int texts, List<int[]> batches, Function<List<int[]>, List<Integer>> reading, Cancellation cancellation) {
        List<int[]> ids = new ArrayList<>();
        for (int i = 0; i < texts; i++) {
            ids.add(new int[] {i});
        }
        return new OrderedBatches<>(ids, batches, reading, turns, cancellation).begin();
    }

    private List<Integer> tens(List<int[]> ids) {
        List<Integer> own = ids.stream().map(text -> text[0]).toList();
        read.addAll(own);
        return own.stream().map(text -> 10 * text).toList();
    }

    private void run() {
        for (Runnable task = queued.poll(); task != null; task = queued.poll()) {
            task.run();
        }
    }

    @Test
    void resultsAreInTheOrderOfTheTexts() {
        CompletableFuture<List<Integer>> results =
                begin(4, List.of(new int[] {2, 0}, new int[] {3}, new int[] {1}), this::tens, new Cancellation());
        assertThat(results).isNotDone();
        run();
        assertThat(read).containsExactly(2, 0, 3, 1);
        assertThat(results.join()).containsExactly(0, 10, 20, 30);
    }

    @Test
    void callersHaveTheirTurnsBetweenTheBatchesOfOthers() {
        List<int[]> batches = List.of(new int[] {0}, new int[] {1});
        CompletableFuture<List<Integer>> results = begin(2, batches, this::tens, new Cancellation());
        CompletableFuture<Boolean> other = turns.read(() -> read.add(99), new Cancellation());
        run();
        assertThat(read).containsExactly(0, 99, 1);
        assertThat(results).isCompletedWithValue(List.of(0, 10));
        assertThat(other).isCompletedWithValue(true);
    }

    @Test
    void aCancelledCallReadsNoFurtherBatch() {
        Cancellation cancellation = new Cancellation();
        CompletableFuture<List<Integer>> results = begin(
                2,
                List.of(new int[] {0}, new int[] {1}),
                ids -> {
                    cancellation.cancel("client disconnected");
                    return tens(ids);
                },
                cancellation);
        run();
        assertThat(read).containsExactly(0);
        assertThatThrownBy(results::join).hasCauseInstanceOf(WeirException.class);
    }

    @Test
    void aBatchThatFailsEndsTheCallWithItsFailure() {
        CompletableFuture<List<Integer>> results = begin(
                2,
                List.of(new int[] {0}, new int[] {1}),
                ids -> {
                    throw new IllegalStateException("by the test");
                },
                new Cancellation());
        run();
        assertThat(results).isCompletedExceptionally();
        assertThatThrownBy(results::join).hasRootCauseMessage("by the test");
    }
}
