package dev.weir.filter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The filters of one workflow and the number of their hits. Thread-safe. */
public final class OutputFilters {
    private final List<OutputFilter> filters;
    private final Map<String, LongAdder> hits = new LinkedHashMap<>();

    /** Applies the filters in this order, each to the result of the filter before. */
    public OutputFilters(List<OutputFilter> filters) {
        this.filters = List.copyOf(filters);
        filters.forEach(filter -> hits.put(filter.name(), new LongAdder()));
    }

    /** Returns a filter for the output of one run. */
    public RunFilter forRun() {
        return new RunFilter(this);
    }

    boolean isEmpty() {
        return filters.isEmpty();
    }

    /** Returns the hits of each filter by name, in order, since the configuration was loaded. */
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

    /** Chains all filters in front of {@code end}. The chain filters one text after the other. */
    FilterStep chain(HitListener hits, FilterStep end) {
        FilterStep next = end;
        for (int i = filters.size() - 1; i >= 0; i--) {
            OutputFilter filter = filters.get(i);
            for (int rule = filter.rules().size() - 1; rule >= 0; rule--) {
                next = new Stage(filter, filter.rules().get(rule), hits, next);
            }
        }
        return next;
    }
}
