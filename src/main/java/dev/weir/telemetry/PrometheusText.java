package dev.weir.telemetry;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Writes series in the text format of Prometheus. Stateless.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Exposition formats</a>
 */
public final class PrometheusText {
    /** The media type of the text, in UTF-8. */
    public static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** The largest text; further series are left out. */
    static final int LARGEST = 4 << 20;

    private final StringBuilder text = new StringBuilder();

    private PrometheusText() {}

    /**
     * Writes what {@code instruments} have recorded, the state of the JVM and what {@code observed} adds.
     *
     * @param observed series that are read at this moment; an instrument is either recorded or observed
     * @param isShown whether series with the name of a workflow are written
     */
    public static String of(
            Instruments instruments, Map<Instrument, List<Series>> observed, Predicate<String> isShown) {
        Map<Instrument, List<Series>> all = new EnumMap<>(Instrument.class);
        all.putAll(instruments.snapshot());
        all.putAll(JvmSeries.now());
        all.putAll(observed);
        all.replaceAll((instrument, series) -> shown(instrument, series, isShown));
        return of(all);
    }

    private static List<Series> shown(Instrument instrument, List<Series> all, Predicate<String> isShown) {
        int workflow = instrument.workflowAt();
        return workflow < 0
                ? all
                : all.stream()
                        .filter(series -> series.attributes().size() <= workflow
                                || isShown.test(series.attributes().get(workflow)))
                        .toList();
    }

    /** Writes series up to {@link #LARGEST}; those of an instrument in the order of their attributes. */
    static String of(Map<Instrument, List<Series>> all) {
        PrometheusText writer = new PrometheusText();
        new EnumMap<>(all).forEach(writer::write);
        return writer.text.toString();
    }

    private void write(Instrument instrument, List<Series> all) {
        if (all.isEmpty()) {
            return;
        }
        String name = name(instrument);
        String kind = switch (instrument.kind()) {
            case COUNTER -> "counter";
            case GAUGE -> "gauge";
            case HISTOGRAM -> "histogram";
        };
        text.append("# HELP ").append(name).append(' ').append(instrument.description());
        text.append("\n# TYPE ").append(name).append(' ').append(kind).append('\n');
        all.stream()
                .sorted(Comparator.comparing(series -> String.join("\0", series.attributes())))
                .takeWhile(series -> text.length() < LARGEST)
                .forEach(series -> {
                    if (instrument.kind() == Instrument.Kind.HISTOGRAM) {
                        histogram(instrument, name, series);
                    } else {
                        line(name, labels(instrument, series), "", number(series.value()));
                    }
                });
    }

    private void histogram(Instrument instrument, String name, Series series) {
        String labels = labels(instrument, series);
        long up = 0;
        for (int i = 0; i < series.buckets().size(); i++) {
            up += series.buckets().get(i);
            boolean last = i == instrument.bounds().length;
            line(name + "_bucket", labels, last ? "+Inf" : number(instrument.bounds()[i]), String.valueOf(up));
        }
        line(name + "_sum", labels, "", number(series.value()));
        line(name + "_count", labels, "", String.valueOf(series.count()));
    }

    private void line(String name, String labels, String bound, String value) {
        String le = bound.isEmpty() ? "" : "le=\"" + bound + '"';
        String all = labels + (labels.isEmpty() || le.isEmpty() ? "" : ",") + le;
        text.append(name);
        if (!all.isEmpty()) {
            text.append('{').append(all).append('}');
        }
        text.append(' ').append(value).append('\n');
    }

    /** The name with its unit, as Prometheus writes it: {@code jvm_memory_used_bytes}. */
    static String name(Instrument instrument) {
        String unit = switch (instrument.unit()) {
            case "s" -> "_seconds";
            case "By" -> "_bytes";
            default -> "";
        };
        String name = instrument.metric().replace('.', '_');
        return name
                + (name.endsWith(unit) ? "" : unit)
                + (instrument.kind() == Instrument.Kind.COUNTER ? "_total" : "");
    }

    private static String labels(Instrument instrument, Series series) {
        if (series.attributes().equals(List.of(Instruments.OVERFLOW))) {
            return label(Instruments.OVERFLOW, "true");
        }
        StringBuilder labels = new StringBuilder();
        for (int i = 0; i < series.attributes().size(); i++) {
            String value = series.attributes().get(i);
            if (!value.isEmpty()) {
                labels.append(labels.length() == 0 ? "" : ",")
                        .append(label(instrument.attributes().get(i), value));
            }
        }
        return labels.toString();
    }

    private static String label(String attribute, String value) {
        return attribute.replace('.', '_') + "=\""
                + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    /** A number without an exponent. */
    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
