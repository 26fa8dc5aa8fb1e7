package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.Durations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    /** {@code | `weir.key` | default | unit | meaning |}. */
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(weir\\.[a-z.-]+)` \\|([^|]*)\\|([^|]*)\\|([^|]*)\\|$");

    private record Row(String absent, String unit, String meaning) {}

    private static Map<String, Row> documented() throws IOException {
        Map<String, Row> rows = new LinkedHashMap<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("docs/settings.md")));
        while (row.find()) {
            Row before = rows.put(
                    row.group(1),
                    new Row(
                            row.group(2).strip(),
                            row.group(3).strip(),
                            row.group(4).strip()));
            assertThat(before).as("second row of " + row.group(1)).isNull();
        }
        return rows;
    }

    @Test
    void theDocumentedTableHasEveryKeyAndNoOther() throws IOException {
        assertThat(documented().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        TestSettings.of(Map.of()).defaults().keySet());
    }

    @Test
    void theDocumentedTableHasTheDefaultsAndTheirUnits() throws IOException {
        Map<String, Row> documented = documented();
        TestSettings.of(Map.of()).defaults().forEach((key, absent) -> {
            Row row = documented.get(key);
            assertThat(row.meaning()).as(key).isNotEmpty();
            if (key.equals("weir.model.threads")) {
                assertThat(row.absent()).as(key).isEqualTo("processors");
            } else if (key.equals("weir.http.body-memory")) {
                assertThat(row.absent()).as(key).isEqualTo("a quarter of the heap");
                assertThat(absent).isEqualTo((int) Math.min(Runtime.getRuntime().maxMemory() / 4, 512L << 20));
            } else if (key.equals("weir.model.search-memory")) {
                assertThat(row.absent()).as(key).isEqualTo("half of the heap");
                assertThat(absent).isEqualTo((int) (Runtime.getRuntime().maxMemory() >> 21));
            } else if (absent instanceof Duration duration) {
                assertThat(Durations.parse(row.absent())).as(key).hasValue(duration);
                assertThat(row.unit()).as(key).isEqualTo("duration");
            } else if (absent instanceof Boolean flag) {
                assertThat(row.absent()).as(key).isEqualTo(flag.toString());
                assertThat(row.unit()).as(key).isEqualTo("flag");
            } else if (absent instanceof Integer number) {
                assertThat(row.absent()).as(key).isEqualTo(number.toString());
                assertThat(row.unit()).as(key).isNotEmpty();
            } else {
                assertThat(row.absent()).as(key).startsWith("none");
            }
        });
    }

    @Test
    void theLimitsNameSettingsThatAreThere() throws IOException {
        Matcher named = Pattern.compile("`(weir\\.[a-z.-]+)`").matcher(Files.readString(Path.of("docs/limits.md")));
        assertThat(named.results().map(result -> result.group(1)).toList())
                .isNotEmpty()
                .isSubsetOf(TestSettings.of(Map.of()).defaults().keySet());
    }

    @ParameterizedTest
    @CsvSource({
        "weir.runs.max, 0, a whole number from 1 to 999999999",
        "weir.runs.max, 2k, a whole number from 1 to 999999999",
        "weir.runs.queue, -1, a whole number from 0 to 999999999",
        "weir.stream.capacity-bytes, 0, a whole number from 1 to 999999999",
        "weir.task.max-output, 1073741824, a whole number from 1 to 999999999",
        "weir.stream.capacity-bytes, 1MiB, a whole number from 1 to 999999999",
        "weir.http.max-connections, 0, a whole number from 1 to 999999999",
        "weir.http.max-waiting, -1, a whole number from 0 to 999999999",
        "weir.runs.queue-timeout, 0, a duration above zero",
        "weir.sse.first-chunk-wait, 0, a duration above zero",
        "weir.http.body-timeout, 0, a duration above zero",
        "weir.http.body-memory, 0, a whole number from 1 to 999999999",
        "weir.config.reload, yes, true or false",
        "weir.sse.heartbeat, soon, 'a duration such as 500ms, 15s or 2m'",
        "weir.shutdown.drain, 20 seconds, 'a duration such as 500ms, 15s or 2m'",
    })
    void aWrongValueIsToldWithItsKeyAndItsDefaultStandsIn(String key, String value, String wanted) {
        Settings wrong = TestSettings.of(Map.of(key, value));
        assertThat(wrong.problems()).singleElement().asString().contains(key, wanted, "'" + value.substring(0, 1));
        assertThat(wrong.runs().max()).isEqualTo(2048);
        assertThat(wrong.shutdown().drain()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void valuesAreReadAndAnEmptyOneIsNone() {
        Settings settings = TestSettings.of(Map.of(
                "weir.shutdown.drain", " 500ms ",
                "weir.shutdown.file", "/run/weir/stop",
                "weir.config", "a.yml, b.yml",
                "weir.stream.capacity-bytes", "65536",
                "weir.http.max-connections", "8",
                "weir.http.max-waiting", "0",
                "weir.http.body-timeout", "5s",
                "weir.http.body-memory", "1048576",
                "weir.runs.max", ""));
        assertThat(settings.problems()).isEmpty();
        assertThat(settings.shutdown().drain()).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.shutdown().file()).hasValue(Path.of("/run/weir/stop"));
        assertThat(settings.start().configurationFiles()).containsExactly("a.yml", "b.yml");
        assertThat(settings.streams().capacityBytes()).isEqualTo(65_536);
        assertThat(settings.upstreams().maxConnections()).isEqualTo(8);
        assertThat(settings.upstreams().maxWaitingCalls()).isZero();
        assertThat(settings.requests().bodyTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.requests().bodyMemoryBytes()).isEqualTo(1 << 20);
        assertThat(settings.runs().max()).isEqualTo(2048);
    }
}
