package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "60, PT1M",
        "1.5, PT1.5S",
        "500ms, PT0.5S",
        "0.000001ms, PT0.000000001S",
        "0.999999999ms, PT0.000999999S",
        "2m, PT2M",
        "1h, PT1H",
        "0.000000001d, PT0.0000864S",
        "366d, PT8784H",
        "3650d, PT87600H",
        "315360000, PT87600H",
        "' 7 s ', PT7S"
    })
    void aSpanIsExact(String text, Duration duration) {
        assertThat(Durations.parse(text)).hasValue(duration);
        assertThat(duration.toNanos()).isNotNegative();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s",
                "-1s",
                "1e3",
                "1e-300000000",
                "3650.1d",
                "999999999d",
                "999999999.999999999h",
                "315360001",
                "1234567890",
                "0.1234567890",
                "1e9d",
                "NaN",
                "Infinity",
                "1s1s",
                "٣s"
            })
    void whatIsNoneOrTooLongIsRefused(String text) {
        assertThat(Durations.parse(text)).isEmpty();
        assertThat(Durations.parse(text + " ".repeat(1_000_000))).isEmpty();
        assertThat(Durations.parse("9".repeat(1_000_000) + text)).isEmpty();
    }
}
