package dev.weir.filter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The filters of one workflow, and how often each has found something. Thread-safe. */
public final class OutputFilters {
    private final List<OutputFilter> filters;
    private final Map<String, LongAdder> hits = new LinkedHashMap<>();

    /** Filters that are applied in this order, each to what the one before has left. */
    public OutputFilters(List<OutputFilter> filters) {
        this.filters = List.copyOf(filters);
        filters.forEach(filter -> hits.put(filter.name(), new LongAdder()));
    }

    /** What filters one run's output. */
    public RunFilter forRun() {
        return new RunFilter(this);
    }

    boolean isEmpty() {
        return filters.isEmpty();
    }

    /** By the filters' names, in their order, how often each has found something since the configuration was loaded. */
    public Map<String, Long> hits() {
        Map<String, Long> counts = new LinkedHashMap<>();
        hits.forEach((name, count) -> counts.put(name, count.sum()));
        return counts;
    }

    void hit(String filter) {
        LongAdder count = hits.get(filter);
        if (count != null) {
            count.increment();
        }
    }

    /** The way of one text, or one after the other, through all of the filters to {@code end}. */
    Passage way(Hits told, Passage end) {
        Passage next = end;
        for (int i = filters.size() - 1; i >= 0; i--) {
            OutputFilter filter = filters.get(i);
            for (int rule = filter.rules().size() - 1; rule >= 0; rule--) {
                next = new Stage(filter, filter.rules().get(rule), told, next);
            }
        }
        return next;
    }
}
