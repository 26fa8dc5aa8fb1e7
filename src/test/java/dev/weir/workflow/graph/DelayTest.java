package dev.weir.workflow.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.config.DelayJob;
import dev.weir.config.Dependencies;
import dev.weir.config.yaml.Location;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Timers;
import dev.weir.workflow.HandTimers;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DelayTest {
    private static final Duration GENEROUS = Duration.ofSeconds(30);

    private final HandTimers timers = new HandTimers();

    @AfterEach
    void close() {
        timers.shutdownNow();
    }

    private void start(@Nullable Template duration, @Nullable Template time, Object input) {
        DelayJob job = new DelayJob(
                "wait", duration, time, null, null, null, Dependencies.NONE, new Location(Path.of("test.yml"), 1, 1));
        new Delay(
                        Bindings.empty().with(Source.INPUT, input),
                        new Cancellation(),
                        new Timers(timers),
                        Clock.fixed(Instant.parse("2026-11-30T00:00:00Z"), ZoneOffset.UTC))
                .start(job, failure -> {});
    }

    private void startsOrRefuses(@Nullable Template duration, @Nullable Template time, Object input) {
        try {
            start(duration, time, input);
        } catch (WeirException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT);
            assertThat(e.detail()).hasSizeLessThan(300);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"366.000001d", "367d", "3650d"})
    void aDelayThatIsTooLongIsRefusedWithLimitAndValue(String duration) {
        assertThatThrownBy(() -> start(Template.parse("${input}"), null, duration))
                .isInstanceOf(WeirException.class)
                .hasMessage("a delay must be at most 366 days, was '" + duration + "' (a text)");
    }

    static Stream<Object> extremes() {
        return Stream.of(
                0,
                -1,
                Integer.MAX_VALUE,
                Long.MAX_VALUE,
                BigInteger.TWO.pow(64),
                new BigDecimal("1e-300"),
                new BigDecimal("1e300000000"),
                new BigDecimal("1e-300000000"),
                Double.NaN,
                Double.MAX_VALUE,
                "1e-300000000",
                "9".repeat(1_000_000),
                "366d",
                "366.000001d",
                "999999999d",
                "999999999.999999999d",
                "NaN",
                "",
                true,
                List.of(),
                Map.of("a", 1),
                Collections.nCopies(1_000_000, 1));
    }

    @ParameterizedTest
    @MethodSource("extremes")
    void everyExtremeOfADurationIsWaitedForOrRefused(Object value) {
        assertTimeoutPreemptively(GENEROUS, () -> startsOrRefuses(Template.parse("${input}"), null, value));
        assertTimeoutPreemptively(GENEROUS, () -> startsOrRefuses(null, Template.parse("${input}"), value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-999999999-01-01T00:00:00",
                "+999999999-12-31T23:59:59.999999999",
                "-999999999-01-01T00:00:00+18:00",
                "+999999999-12-31T23:59:59-18:00",
                "0000-01-01T00:00:00Z",
                "1492-01-01T00:00:00Z",
                "2026-11-30T00:00:00.000000001Z",
                "2026-13-01T00:00:00Z"
            })
    void everyExtremeOfATimeIsWaitedForOrRefused(String time) {
        startsOrRefuses(null, Template.parse("${input}"), time);
    }
}
