package dev.weir.telemetry;

import java.util.List;

/**
 * The values of an instrument for one set of attributes, at one moment.
 *
 * @param attributes the values of the instrument's attributes, in their order; an empty text for an absent one
 * @param count for a histogram the number of measurements; otherwise 0
 * @param value the value, or the sum of a histogram's measurements
 * @param buckets the measurements of each bucket of a histogram; empty if it has none, and for other instruments
 */
public record Series(List<String> attributes, long count, double value, List<Long> buckets) {
    public Series {
        attributes = List.copyOf(attributes);
        buckets = List.copyOf(buckets);
    }

    /** The value of a gauge or a counter. */
    public static Series of(double value, String... attributes) {
        return new Series(List.of(attributes), 0, value, List.of());
    }
}
