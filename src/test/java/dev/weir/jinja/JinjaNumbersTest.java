package dev.weir.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Numbers at the limits of their types, in filters and arithmetic: the results agree with Python or are refused, in a short
 * time.
 */
class JinjaNumbersTest {
    private static final Duration GENEROUS = Duration.ofSeconds(30);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'1e-300000000' | int | 0",
                "'1e300000000' | int | 0",
                "'1e300000000' | int(7) | 7",
                "'1e99999999999' | int(7) | 7",
                "'1e-99999999999' | int(7) | 0",
                "'1e5' | int | 100000",
                "'-3.7' | int | -3",
                "'.5' | int | 0",
                "'7.' | int | 7",
                "' 42 ' | int | 42",
                "'1e18' | int | 1000000000000000000",
                "'9223372036854775807' | int | 9223372036854775807",
                "'1e19' | int(7) | 7",
                "'inf' | int(7) | 7",
                "'nan' | int(7) | 7",
                "'0x1p3' | int(7) | 7",
                "'1d' | int(7) | 7",
                "'ff' | int(base=16) | 255",
                "'0x1f' | int(0, 16) | 31",
                "3.99 | int | 3",
                "-3.99 | int | -3",
                "1e300 | int(7) | 7",
                "true | int | 1",
                "('9' * 100000) | int(7) | 7",
                "(('9' * 100000) ~ '.5') | int(7) | 7",
                "'1e300000000' | float | inf",
                "'1e-300000000' | float | 0.0",
                "2.567 | round(2) | 2.57",
                "2.5 | round(300000000) | 2.5",
                "2.5 | round(2147483647) | 2.5",
                "2.5 | round(-300000000) | 0.0",
                "1e300 | round(-2147483648) | 0.0",
                "2.5 | round(300000000, 'floor') | 2.5",
                "7 | round(300000000) | 7"
            })
    void aFilterOfNumbersTakesItsExtremes(String value, String filter, String text) {
        assertTimeoutPreemptively(
                GENEROUS,
                () -> assertThat(JinjaTemplate.parse("{{ " + value + " | " + filter + " }}")
                                .render(Map.of()))
                        .isEqualTo(text));
    }

    @ParameterizedTest
    @CsvSource({
        "2.5 | round(99999999999)",
        "9223372036854775807 + 1",
        "9223372036854775807 * 9223372036854775807",
        "10 ** 9223372036854775807",
        "1 // 0",
        "1 % 0"
    })
    void whatCannotBeComputedIsRefused(String expression) {
        assertTimeoutPreemptively(
                GENEROUS,
                () -> assertThatThrownBy(() ->
                                JinjaTemplate.parse("{{ " + expression + " }}").render(Map.of()))
                        .isInstanceOf(JinjaException.class));
    }

    @Test
    void powersOfOneAndOfFractionsEnd() {
        assertTimeoutPreemptively(
                GENEROUS,
                () -> assertThat(JinjaTemplate.parse("{{ 1 ** 9223372036854775807 }} {{ 0.5 ** 1e300 }}")
                                .render(Map.of()))
                        .isEqualTo("1 0.0"));
    }
}
