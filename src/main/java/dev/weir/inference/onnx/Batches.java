package dev.weir.inference.onnx;

import dev.weir.inference.schedule.BatchPolicy;
import dev.weir.inference.schedule.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The prefilled rows: in batches, as the policy allows, or parked. A parked row's cache is on the heap while other rows take
 * steps without it. Used by one thread at a time.
 */
final class Batches {
    private static final int MOST_SPARE = 8;

    private final List<CacheTensor> layout;
    private final boolean inPlace;
    private final List<Batch> batches = new ArrayList<>();
    private final List<KeyValueCache> spare = new ArrayList<>();
    private BatchPolicy policy = BatchPolicy.SINGLE;

    Batches(List<CacheTensor> layout, boolean inPlace) {
        this.layout = layout;
        this.inPlace = inPlace;
    }

    BatchPolicy policy() {
        return policy;
    }

    /** Sets the policy. Call it only while there are no sequences. */
    void setPolicy(BatchPolicy policy) {
        this.policy = policy;
    }

    private KeyValueCache cache(boolean direct) {
        return new KeyValueCache(layout, inPlace, direct);
    }

    /** Returns batches that hold exactly these rows; other rows in the batches are parked. */
    List<Batch> of(List<Row> rows, Set<Row> wanted) {
        for (Row row : rows) {
            if (row.place instanceof KeyValueCache parked) {
                join(row, parked, 0);
            }
        }
        for (Batch batch : List.copyOf(batches)) {
            if (batch.rows.stream().anyMatch(wanted::contains)) {
                batch.rows.stream()
                        .filter(row -> !wanted.contains(row))
                        .toList()
                        .forEach(this::park);
            }
        }
        return batches.stream()
                .filter(batch -> wanted.contains(batch.rows.get(0)))
                .toList();
    }

    /** Adds a row to a batch that the policy allows, or to a new one. */
    void join(Row row, KeyValueCache from, int index) {
        int length = from.length(index);
        for (Batch batch : batches) {
            if (batch.rows.size() < policy.maxRows() && (policy.mixedLengths() || batch.cache.length(0) == length)) {
                batch.add(row, from, index);
                return;
            }
        }
        Batch batch = new Batch(spare.isEmpty() ? cache(true) : spare.remove(spare.size() - 1));
        batches.add(batch);
        batch.add(row, from, index);
    }

    private void park(Row row) {
        KeyValueCache own = cache(false);
        Batch batch = batchOf(row);
        own.append(batch.cache, batch.rows.indexOf(row));
        leave(row, batch);
        row.place = own;
    }

    private void leave(Row row, Batch batch) {
        batch.remove(row);
        if (batch.rows.isEmpty()) {
            batches.remove(batch);
            if (spare.size() < MOST_SPARE) {
                spare.add(batch.cache);
            }
        }
    }

    private static Batch batchOf(Row row) {
        if (row.place instanceof Batch batch) {
            return batch;
        }
        throw new IllegalStateException("the row is in no batch");
    }

    /** Returns a new row with a copy of {@code row}'s cache. */
    Row fork(Row row) {
        Row fork = new Row(row.prompt);
        fork.read = row.read;
        Batch batch = batchOf(row);
        join(fork, batch.cache, batch.rows.indexOf(row));
        return fork;
    }

    /** Replaces the cache of each row by a copy of the present cache of {@code rows.get(sources[i])}. */
    void rearrange(List<Row> rows, int[] sources) {
        Batch batch = batchOf(rows.get(0));
        if (rows.stream().allMatch(row -> row.place == batch)) {
            int[] indices = rows.stream().mapToInt(batch.rows::indexOf).toArray();
            batch.cache.rearrange(
                    indices,
                    Arrays.stream(sources).map(source -> indices[source]).toArray());
            return;
        }
        List<KeyValueCache> copies = new ArrayList<>();
        for (int i = 0; i < sources.length; i++) {
            Row source = rows.get(sources[i]);
            KeyValueCache copy = cache(false);
            if (source != rows.get(i)) {
                copy.append(batchOf(source).cache, batchOf(source).rows.indexOf(source));
            }
            copies.add(copy);
        }
        for (int i = 0; i < sources.length; i++) {
            if (sources[i] != i) {
                leave(rows.get(i), batchOf(rows.get(i)));
                join(rows.get(i), copies.get(i), 0);
            }
        }
    }

    /** Frees a row's cache. */
    void release(Row row) {
        if (row.place instanceof Batch batch) {
            leave(row, batch);
        }
        row.place = null;
    }
}
