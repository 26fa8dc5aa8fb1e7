package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text format of Prometheus strictly, with the rules of {@code promtool check metrics}: help and type precede the
 * samples of a family, families are not interleaved, no sample comes twice, counters end in {@code _total}, units are base units,
 * buckets are cumulative and end with the count.
 */
public final class PrometheusReader {
    private static final Pattern HELP = Pattern.compile("# HELP ([a-z_][a-z0-9_]*) (\\S.*)");
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (counter|gauge|histogram)");
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-z_][a-z0-9_]*)(?:\\{((?:[a-z_][a-z0-9_]*=\"(?:[^\"\\\\]|\\\\[\\\\n\"])*\",?)+)\\})? (\\d+(?:\\.\\d+)?)");
    private static final Pattern LABEL = Pattern.compile("([a-z_][a-z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern NO_BASE_UNIT =
            Pattern.compile(".*_(?:milliseconds|ms|minutes|kilobytes|percent)(?:_.*|$)");

    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Map<String, String> types = new LinkedHashMap<>();
    private String help = "";
    private String family = "";

    /** The samples of a text, by name and labels as written. */
    public static Map<String, Double> read(String text) {
        assertThat(text).endsWith("\n");
        PrometheusReader reader = new PrometheusReader();
        text.lines().forEach(reader::line);
        reader.types.forEach((name, type) -> {
            if (type.equals("histogram")) {
                reader.requireHistogram(name);
            }
        });
        return reader.samples;
    }

    private void line(String line) {
        Matcher helps = HELP.matcher(line);
        Matcher typed = TYPE.matcher(line);
        if (helps.matches()) {
            help = helps.group(1);
        } else if (typed.matches()) {
            family = typed.group(1);
            assertThat(family).as("help of").isEqualTo(help).doesNotMatch(NO_BASE_UNIT);
            assertThat(types.put(family, typed.group(2)))
                    .as("second type of " + family)
                    .isNull();
            assertThat(family.endsWith("_total"))
                    .as(family)
                    .isEqualTo(typed.group(2).equals("counter"));
            assertThat(family).doesNotEndWith("_count").doesNotEndWith("_sum").doesNotEndWith("_bucket");
        } else {
            sample(line);
        }
    }

    private void sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        boolean histogram = "histogram".equals(types.get(family));
        assertThat(histogram ? sample.group(1).replaceFirst("_(?:bucket|sum|count)$", "") : sample.group(1))
                .as("family of " + line)
                .isEqualTo(family);
        List<String> names =
                labels(sample.group(2)).stream().map(label -> label.group(1)).toList();
        assertThat(names).as(line).doesNotHaveDuplicates();
        String key = line.substring(0, line.lastIndexOf(' '));
        assertThat(samples.put(key, Double.valueOf(sample.group(3))))
                .as("second " + key)
                .isNull();
    }

    private static List<MatchResult> labels(@Nullable String labels) {
        return labels == null ? List.of() : LABEL.matcher(labels).results().toList();
    }

    private void requireHistogram(String name) {
        Map<String, List<Double>> buckets = new LinkedHashMap<>();
        samples.forEach((key, value) -> {
            if (key.startsWith(name + "_bucket{")) {
                String set = key.substring((name + "_bucket").length()).replaceFirst(",?le=\"[^\"]*\"", "");
                buckets.computeIfAbsent(set.equals("{}") ? "" : set, absent -> new ArrayList<>())
                        .add(value);
            }
        });
        assertThat(buckets).as(name).isNotEmpty();
        buckets.forEach((set, counts) -> {
            assertThat(counts).as(name + set).isSorted();
            assertThat(samples.get(name + "_count" + set)).isEqualTo(counts.get(counts.size() - 1));
            assertThat(samples).containsKey(name + "_sum" + set);
        });
        assertThat(samples.keySet().stream()
                        .filter(key -> key.startsWith(name + "_bucket") && key.contains("le=\"+Inf\"")))
                .hasSameSizeAs(buckets.keySet());
    }
}
