package dev.weir.inference.onnx;

import dev.weir.inference.schedule.Row;
import java.util.ArrayList;
import java.util.List;

/** A batch: rows that take each step together, and a cache with one row for each, in the same order. */
final class Batch implements Row.Place {
    final KeyValueCache cache;
    final List<Row> rows = new ArrayList<>();

    Batch(KeyValueCache cache) {
        this.cache = cache;
    }

    void add(Row row, KeyValueCache from, int index) {
        cache.append(from, index);
        rows.add(row);
        row.place = this;
    }

    /** Removes a row; the last row moves to its place. */
    void remove(Row row) {
        int index = rows.indexOf(row);
        cache.remove(index);
        Row last = rows.remove(rows.size() - 1);
        if (last != row) {
            rows.set(index, last);
        }
        row.place = null;
    }
}
