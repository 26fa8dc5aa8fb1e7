package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.Goldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The instruments and their text. With {@code -Dweir.instruments.write=true} the test accepts changed instruments: dashboards and
 * alerts of operators depend on each name.
 */
class InstrumentsTest {
    private static final String GOLDEN = "instruments.txt";

    private final Instruments instruments = Instruments.on();

    @Test
    void everyInstrumentHasItsNameAndUnit() throws IOException {
        String all = Arrays.stream(Instrument.values())
                .map(each -> String.join(
                        " | ",
                        PrometheusText.name(each),
                        each.metric(),
                        each.kind().name(),
                        each.unit(),
                        String.join(",", each.attributes())))
                .collect(Collectors.joining("\n", "", "\n"));
        if (Boolean.getBoolean("weir.instruments.write")) {
            Files.writeString(Path.of("src/test/resources/golden", GOLDEN), all);
        } else {
            assertThat(all).isEqualTo(Goldens.text(GOLDEN));
        }
    }

    @Test
    void everyInstrumentIsDescribed() throws IOException {
        String page = Files.readString(Path.of("docs/operations/observability.md"));
        for (Instrument each : Instrument.values()) {
            assertThat(page).contains("`" + PrometheusText.name(each) + "`");
            assertThat(each.description()).isNotEmpty().doesNotContain("\n", "\\");
            assertThat(each.bounds()).isSorted();
            assertThat(each.attributes()).doesNotHaveDuplicates();
        }
    }

    @Test
    void theTextHasTheFormOfPrometheus() {
        instruments.record(Instrument.WORKFLOW_DURATION, 0.01, "chat", "");
        instruments.record(Instrument.WORKFLOW_DURATION, 0.011, "chat", "");
        instruments.record(Instrument.WORKFLOW_DURATION, 100, "chat", "");
        instruments.add(Instrument.STREAM_BYTES, 3_000_000_000d, "a \"quoted\"\n\\name");
        String text = PrometheusText.of(instruments.snapshot());
        assertThat(PrometheusReader.read(text))
                .containsEntry("weir_stream_bytes_total{gen_ai_workflow_name=\"a \\\"quoted\\\"\\n\\\\name\"}", 3e9)
                .containsEntry(bucket("0.01"), 1.0)
                .containsEntry(bucket("0.02"), 2.0)
                .containsEntry(bucket("81.92"), 2.0)
                .containsEntry(bucket("+Inf"), 3.0)
                .containsEntry("gen_ai_workflow_duration_seconds_sum{gen_ai_workflow_name=\"chat\"}", 100.021)
                .containsEntry("gen_ai_workflow_duration_seconds_count{gen_ai_workflow_name=\"chat\"}", 3.0);
    }

    private static String bucket(String bound) {
        return "gen_ai_workflow_duration_seconds_bucket{gen_ai_workflow_name=\"chat\",le=\"" + bound + "\"}";
    }

    @Test
    void theStateOfTheJvmIsWrittenAlways() {
        Map<Instrument, List<Series>> observed = Map.of(Instrument.QUEUE_WAITING, List.of(Series.of(2, "runs", "")));
        Map<String, Double> samples =
                PrometheusReader.read(PrometheusText.of(Instruments.off(), observed, workflow -> true));
        assertThat(samples).containsEntry("weir_queue_waiting{pool=\"runs\"}", 2.0);
        assertThat(samples.get("jvm_threads_current")).isPositive();
        assertThat(samples.keySet().toString()).contains("jvm_memory_used_bytes{jvm_memory_type=\"heap\"");
    }

    @Test
    void setsOfAttributesAreBounded() {
        int more = 100;
        for (int i = 0; i < Instruments.MOST_SERIES + more; i++) {
            instruments.add(Instrument.STREAM_CHUNKS, 1, "workflow-" + i);
        }
        Map<String, Double> samples = PrometheusReader.read(PrometheusText.of(instruments.snapshot()));
        assertThat(samples)
                .hasSize(Instruments.MOST_SERIES + 1)
                .containsEntry("weir_stream_chunks_total{otel_metric_overflow=\"true\"}", (double) more);
    }

    @Test
    void nothingIsRecordedWhereTheyAreOff() {
        Instruments off = Instruments.off();
        off.add(Instrument.STREAM_CHUNKS, 1, "chat");
        off.record(Instrument.WORKFLOW_DURATION, 1, "chat", "");
        assertThat(off.snapshot()).isEmpty();
        assertThat(off.call()).isSameAs(CallMeter.NONE);
    }

    @Test
    void eachMeasurementHasTheAttributesOfItsInstrument() {
        assertThatThrownBy(() -> instruments.add(Instrument.STREAM_CHUNKS, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gen_ai.workflow.name");
        assertThat(new LinkedHashMap<>(instruments.snapshot())).isEmpty();
    }

    @Test
    void seriesOfHiddenWorkflowsAreLeftOut() {
        Instruments instruments = Instruments.on();
        instruments.record(Instrument.WORKFLOW_DURATION, 1, "shown", "");
        instruments.record(Instrument.WORKFLOW_DURATION, 1, "hidden", "");

        String text = PrometheusText.of(instruments, Map.of(), "shown"::equals);

        assertThat(text).contains("shown").contains("jvm_memory_used_bytes").doesNotContain("hidden");
    }

    @Test
    void theTextHasABound() {
        String name = "x".repeat(1 << 10);
        List<Series> many = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            many.add(Series.of(i, name + i));
        }

        String text = PrometheusText.of(Map.of(Instrument.RUNS_ACTIVE, many));

        assertThat(text.length()).isBetween(PrometheusText.LARGEST, PrometheusText.LARGEST + 2 * name.length());
        assertThat(PrometheusReader.read(text)).isNotEmpty();
    }
}
