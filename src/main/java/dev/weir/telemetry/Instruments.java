package dev.weir.telemetry;

import dev.weir.runtime.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/**
 * The counts and histograms of the server since its start. Thread-safe; no method blocks.
 *
 * <p>An instrument has at most {@value #MOST_SERIES} sets of attributes. Further sets are counted together, in the set of
 * {@link #OVERFLOW}.
 */
@ApplicationScoped
public class Instruments {
    /** The only attribute value of the measurements beyond the limit of sets. */
    static final String OVERFLOW = "otel.metric.overflow";

    static final int MOST_SERIES = 500;
    private static final List<String> FURTHER = List.of(OVERFLOW);

    private final Map<Instrument, Map<List<String>, Cell>> cells = new EnumMap<>(Instrument.class);
    private boolean on;

    /** For the container's proxies. */
    protected Instruments() {}

    @Inject
    Instruments(Settings settings) {
        this(settings.metrics().on());
    }

    private Instruments(boolean on) {
        this.on = on;
        for (Instrument each : Instrument.values()) {
            cells.put(each, new ConcurrentHashMap<>());
        }
    }

    /** Instruments that record. */
    public static Instruments on() {
        return new Instruments(true);
    }

    /** Instruments that record nothing. */
    public static Instruments off() {
        return new Instruments(false);
    }

    /** Whether anything is recorded. */
    public boolean isOn() {
        return on;
    }

    /** Adds to a counter. */
    public void add(Instrument counter, double more, String... attributes) {
        if (on) {
            cell(counter, attributes).sum.add(more);
        }
    }

    /** Records a measurement of a histogram, in its unit. */
    public void record(Instrument histogram, double value, String... attributes) {
        if (on) {
            Cell cell = cell(histogram, attributes);
            cell.buckets[histogram.bucket(value)].increment();
            cell.sum.add(value);
        }
    }

    /** Begins to measure a call of a component. */
    public CallMeter call() {
        return on ? new CallTimer(this, System::nanoTime) : CallMeter.NONE;
    }

    private Cell cell(Instrument instrument, String... attributes) {
        if (attributes.length != instrument.attributes().size()) {
            throw new IllegalArgumentException(instrument + " has the attributes " + instrument.attributes());
        }
        Map<List<String>, Cell> series = of(instrument);
        List<String> key = List.of(attributes);
        Cell known = series.get(key);
        if (known != null) {
            return known;
        }
        return series.computeIfAbsent(
                series.size() < MOST_SERIES ? key : FURTHER, absent -> new Cell(instrument.bounds().length + 1));
    }

    private Map<List<String>, Cell> of(Instrument instrument) {
        return cells.getOrDefault(instrument, Map.of());
    }

    /** Returns the recorded series of each instrument that has any. */
    public Map<Instrument, List<Series>> snapshot() {
        Map<Instrument, List<Series>> all = new EnumMap<>(Instrument.class);
        for (Instrument each : Instrument.values()) {
            List<Series> series = new ArrayList<>();
            of(each).forEach((attributes, cell) -> series.add(cell.series(each, attributes)));
            if (!series.isEmpty()) {
                all.put(each, series);
            }
        }
        return Collections.unmodifiableMap(all);
    }

    private static final class Cell {
        private final DoubleAdder sum = new DoubleAdder();
        private final LongAdder[] buckets;

        Cell(int count) {
            buckets = new LongAdder[count];
            for (int i = 0; i < count; i++) {
                buckets[i] = new LongAdder();
            }
        }

        Series series(Instrument instrument, List<String> attributes) {
            if (instrument.kind() != Instrument.Kind.HISTOGRAM) {
                return new Series(attributes, 0, sum.sum(), List.of());
            }
            List<Long> counts = new ArrayList<>();
            long count = 0;
            for (LongAdder bucket : buckets) {
                counts.add(bucket.sum());
                count += counts.get(counts.size() - 1);
            }
            return new Series(attributes, count, sum.sum(), counts);
        }
    }
}
