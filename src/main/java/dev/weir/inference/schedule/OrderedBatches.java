package dev.weir.inference.schedule;

import dev.weir.stream.Cancellation;
import dev.weir.stream.Continuations;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The batches of one call. Each batch is queued after the one before it was read, so that other callers' batches run in between.
 * Results are in the order of the texts.
 *
 * @param <T> the result for one text
 */
public final class OrderedBatches<T> {
    private final List<int[]> ids;
    private final Iterator<int[]> batches;
    private final Function<List<int[]>, List<T>> reading;
    private final BatchTurns turns;
    private final Cancellation cancellation;
    private final Object[] results;
    private final CompletableFuture<List<T>> end = new CompletableFuture<>();

    /**
     * Creates the batches of a call.
     *
     * @param ids the tokens of each text
     * @param batches the indices of each batch's texts; every index is in one batch
     * @param reading reads a batch: returns a result for each text
     */
    public OrderedBatches(
            List<int[]> ids,
            List<int[]> batches,
            Function<List<int[]>, List<T>> reading,
            BatchTurns turns,
            Cancellation cancellation) {
        this.ids = ids;
        this.batches = batches.iterator();
        this.reading = reading;
        this.turns = turns;
        this.cancellation = cancellation;
        this.results = new Object[ids.size()];
    }

    /**
     * Queues the first batch. Returns at once; the future completes as those of {@link BatchTurns#read}.
     *
     * @throws dev.weir.WeirException {@link dev.weir.ErrorCode#NOT_READY} if the model is closed
     */
    public CompletableFuture<List<T>> begin() {
        next();
        return end;
    }

    @SuppressWarnings("unchecked") // All are results of reading.
    private void next() {
        if (!batches.hasNext()) {
            end.complete((List<T>) List.of(results));
            return;
        }
        int[] batch = batches.next();
        List<int[]> own = Arrays.stream(batch).mapToObj(ids::get).toList();
        Continuations.then(
                turns.read(() -> reading.apply(own), cancellation),
                (read, failure) -> {
                    if (failure == null && read != null) {
                        for (int i = 0; i < batch.length; i++) {
                            results[batch[i]] = read.get(i);
                        }
                        next();
                    } else if (failure != null) {
                        end.completeExceptionally(failure);
                    }
                },
                end);
    }
}
