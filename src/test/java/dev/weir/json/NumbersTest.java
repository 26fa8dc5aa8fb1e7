package dev.weir.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.weir.ErrorCode;
import dev.weir.Excerpt;
import dev.weir.WeirException;
import dev.weir.binding.BindingException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.binding.ValueType;
import dev.weir.binding.Values;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {
    private static final Duration GENEROUS = Duration.ofSeconds(30);

    /** Every way in which a number is converted, compared or written. */
    static final List<Template> WAYS = Stream.of(
                    "${input}",
                    "it is ${input}",
                    "${input as text}",
                    "${input as number}",
                    "${input as integer}",
                    "${input as boolean}",
                    "${input as json}",
                    "${input as list}",
                    "${input as number[]}",
                    "${input as integer[]}",
                    "${input as select/1,1e3,0x10}",
                    "${input as slider/-5,1000,0.1}",
                    "${input as slider/1e-300,1e300}",
                    "${input as base64}",
                    "${input == 1}",
                    "${input != 0.000001}",
                    "${input < 5}",
                    "${input >= 1e300}",
                    "${input <= -1e-300}",
                    "${input as number > 5}",
                    "${input as integer == 10}",
                    "${input in [1, 2]}",
                    "${!input}",
                    "${input && true}",
                    "${input || 1}",
                    "${input | 1e999}")
            .map(Template::parse)
            .toList();

    /** Numbers at and beyond every limit of their types. */
    static Stream<String> extremes() {
        String nines = "9".repeat(100_000);
        List<String> extremes = new ArrayList<>(List.of(
                "0",
                "-0",
                "0.0",
                "0e0",
                "0e-300000000",
                "0e300000000",
                "1e-1000",
                "1e-1000000",
                "1e-10000000",
                "1e-300000000",
                "1e300000000",
                "1E-300000000",
                "-1e-300000000",
                "1e999",
                "1e1000",
                "1e999999999",
                "1e-999999999",
                "1e2147483647",
                "1e-2147483647",
                "10e-2147483647",
                "10e2147483647",
                "1e2147483648",
                "1e-2147483648",
                "1e99999999999999999999",
                "1e-99999999999999999999",
                "1e308",
                "1e309",
                "4.9e-324",
                "1e-325",
                "2147483648",
                "-2147483649",
                "9223372036854775807",
                "9223372036854775808",
                "-9223372036854775809",
                "18446744073709551616"));
        extremes.addAll(List.of(
                "9".repeat(1000),
                "9".repeat(1001),
                "-" + "9".repeat(1000),
                nines,
                "0." + nines,
                nines + ".5",
                "1e" + nines,
                "1e-" + nines,
                "0." + "0".repeat(998) + "1",
                "0." + "0".repeat(1000) + "1",
                "1" + "0".repeat(99_999) + "e-99999"));
        return extremes.stream();
    }

    /** Numbers in spellings that JSON does not have. */
    static Stream<String> texts() {
        String digits = "f".repeat(100_000);
        return Stream.of(
                "0x" + digits,
                "0o" + "7".repeat(100_000),
                "0x" + "f".repeat(900),
                "0x" + "f".repeat(830),
                "0o" + "7".repeat(1000),
                "0x",
                "0o",
                "0x-5",
                "0x+5",
                "0x٣",
                "0o8",
                "-0x10",
                "+1",
                "+" + "1".repeat(100_000),
                ".5",
                "5.",
                "." + "5".repeat(100_000),
                "1_000",
                "1,5",
                "50%",
                "1e-300000000%",
                "１２",
                "٣",
                "1e",
                "1e+",
                "--1",
                "NaN",
                "nan",
                "Infinity",
                "-Infinity",
                ".inf",
                "-.inf",
                ".nan",
                "",
                " ",
                " 7 ",
                " ".repeat(100_000) + "7",
                "7" + " ".repeat(100_000),
                "1e5d",
                "1f",
                "0x1p3");
    }

    private static @Nullable Object outcome(Template way, @Nullable Object value) {
        try {
            return way.render(Bindings.empty().with(Source.INPUT, value));
        } catch (WeirException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT);
            assertThat(e.detail()).hasSizeLessThan(400);
            return e;
        }
    }

    static void goesEveryWay(@Nullable Object value) {
        for (Template way : WAYS) {
            Object outcome = outcome(way, value);
            if (!(outcome instanceof WeirException)) {
                String json = Json.write(outcome);
                assertThat(json.length()).isLessThan(2 * Json.write(value).length() + 1500);
                Object read = Json.parse(json);
                if (Json.write(read).equals(json)) {
                    assertThat(Values.areEqual(read, Json.parse(json))).isTrue();
                }
            }
        }
        for (String type : List.of("number", "integer", "boolean", "text")) {
            Optional<String> fault = new ValueType(type, "", "").fault(value);
            assertThat(fault.orElse("")).hasSizeLessThan(200);
        }
        new ValueType("slider", "0,10,1", "").fault(value);
        new ValueType("select", "a,1,1e3", "").fault(value);
        Values.describe(value);
    }

    @ParameterizedTest
    @MethodSource({"extremes", "texts"})
    void aTextGoesEveryWayInTimeAndIsConvertedOrRefused(String text) {
        assertTimeoutPreemptively(GENEROUS, () -> goesEveryWay(text));
    }

    @ParameterizedTest
    @MethodSource("extremes")
    void aNumberOfARequestIsTakenOrRefusedByName(String number) {
        assertTimeoutPreemptively(GENEROUS, () -> {
            byte[] json = ("{\"other\":[{\"inner\":1}],\"size\":" + number + "}").getBytes(StandardCharsets.UTF_8);
            Object value;
            try {
                value = Json.parse(new ByteArrayInputStream(json), new JsonLimits(10, 100));
            } catch (WeirException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT);
                assertThat(e.detail())
                        .startsWith("size must have " + Numbers.LIMIT + ", was " + number.substring(0, 4))
                        .hasSizeLessThan(200);
                assertThatThrownBy(() -> Json.parse(number)).isInstanceOf(JsonSyntaxException.class);
                return;
            }
            goesEveryWay(PathStep.follow(value, List.of(new PathStep.Key("size"))));
        });
    }

    @Test
    void theKeyOfANumberInAListIsTheLists() {
        assertThatThrownBy(() -> Json.parse(
                        new ByteArrayInputStream("{\"sizes\":[{\"a\":1},[2],1e5000]}".getBytes(StandardCharsets.UTF_8)),
                        new JsonLimits(10, 100)))
                .hasMessage("sizes must have " + Numbers.LIMIT + ", was 1e5000");
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        for (String text : extremes().toList()) {
            if (Scalars.resolve(text) instanceof Number number) {
                String json = Json.write(number);
                assertThat(Values.areEqual(Json.parse(json), number)).as(text).isTrue();
                assertThat(json.length()).as(text).isLessThan(1100);
            } else {
                assertThat(Scalars.resolve(text)).isEqualTo(text);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1e-999, 0",
        "-1e-999, 0",
        "0e-900, 0",
        "0.999, 0",
        "-0.999, 0",
        "3.7, 3",
        "-3.7, -3",
        "1e3, 1000",
        "12345678901234567890.5, 12345678901234567890",
        "9.99e1, 99",
        "0x1F, 31",
        "0o17, 15"
    })
    void aNumberIsCutToAWholeOne(String text, String whole) {
        assertThat(Template.parse("${input as integer}").render(Bindings.empty().with(Source.INPUT, text)))
                .hasToString(whole);
    }

    @Test
    void theLargestNumbersAreTakenAndTheNextAreNot() {
        BigInteger largest = new BigInteger("9".repeat(1000));
        assertThat(Numbers.parse("9".repeat(1000))).isEqualTo(largest);
        assertThat(Numbers.parse("-" + "9".repeat(1000))).isEqualTo(largest.negate());
        assertThat(Numbers.truncate(Numbers.parse("1e999"))).isEqualTo(BigInteger.TEN.pow(999));
        assertThat(Numbers.parsePrefixed("0x" + largest.toString(16))).isEqualTo(largest);
        assertThat(Numbers.parsePrefixed("0o" + BigInteger.ONE.shiftLeft(3290).toString(8)))
                .isEqualTo(BigInteger.ONE.shiftLeft(3290));
        for (String beyond : List.of(
                "1" + "0".repeat(1000), "1e1000", "1e-1000", "0e1000", "0." + "0".repeat(1000), "0".repeat(1101))) {
            assertThatThrownBy(() -> Numbers.parse(beyond))
                    .as(beyond)
                    .isInstanceOf(NumberFormatException.class)
                    .hasMessageContaining(Numbers.LIMIT);
        }
        assertThatThrownBy(() ->
                        Numbers.parsePrefixed("0x" + BigInteger.TEN.pow(1000).toString(16)))
                .isInstanceOf(NumberFormatException.class);
    }

    /** Values that no text gives, but that would be expensive in computations. */
    @Test
    void truncationAndComparisonLookAtTheScaleFirst() {
        BigDecimal tiny = new BigDecimal(BigInteger.ONE, 300_000_000);
        BigDecimal huge = new BigDecimal(BigInteger.ONE, -300_000_000);
        assertTimeoutPreemptively(GENEROUS, () -> {
            assertThat(Numbers.truncate(tiny)).isEqualTo(0);
            assertThat(Numbers.truncate(new BigDecimal(BigInteger.ZERO, 300_000_000)))
                    .isEqualTo(0);
            assertThat(Numbers.truncate(new BigDecimal(BigInteger.ZERO, -300_000_000)))
                    .isEqualTo(0);
            assertThatThrownBy(() -> Numbers.truncate(huge)).isInstanceOf(NumberFormatException.class);
            assertThat(Numbers.compare(tiny, huge)).isNegative();
            assertThat(Numbers.compare(huge, 5)).isPositive();
            assertThat(Numbers.compare(tiny, 0)).isPositive();
            assertThat(Json.write(Collections.nCopies(3, huge))).isEqualTo("[1E+300000000,1E+300000000,1E+300000000]");
        });
    }

    @Test
    void whatAMessageShowsOfALargeValueIsItsBeginning() {
        List<Object> large = new ArrayList<>(Collections.nCopies(2_000_000, List.of("a\"b", Map.of("k", 1))));
        for (Object value : List.of(
                large.subList(0, 50),
                Map.of("key".repeat(100), large.subList(0, 3)),
                List.of("x".repeat(500), 1),
                List.of(new byte[200]),
                List.of(List.of(List.of("\ud83d\ude00".repeat(60)))))) {
            assertThat(Values.describe(value)).startsWith(Excerpt.of(Json.write(value), 80));
        }
        assertTimeoutPreemptively(GENEROUS, () -> {
            for (int i = 0; i < 10_000; i++) {
                Values.describe(large);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {".inf", "-.inf", ".nan", "NaN", "Infinity", "0x-5", "0x٣", "１２", ""})
    void whatIsNoFiniteNumberIsRefused(String text) {
        for (String type : List.of("number", "integer", "slider/0,10")) {
            assertThat(outcome(Template.parse("${input as " + type + "}"), text))
                    .as(type)
                    .isInstanceOf(BindingException.class);
        }
    }
}
