package dev.weir.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "0",
                "-1",
                "2147483648",
                "9223372036854775808",
                "0.1",
                "1.10",
                "\"\"",
                "\"한국어 🎉 / \u2028\"",
                "[]",
                "{}",
                "[1,[2,[3]],{\"a\":[]}]",
                "{\"z\":1,\"a\":{\"b\":null}}"
            })
    void whatIsReadIsWrittenTheSame(String json) {
        assertThat(Json.write(Json.parse(json))).isEqualTo(json);
        assertThat(Json.write(Json.parse(json.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(json);
        assertThat(Json.write(Json.parse(new StringReader("  " + json + "\n")))).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[1,]",
                "{\"a\":1,}",
                "{a:1}",
                "'a'",
                "1 2",
                "{}x",
                "nul",
                "01",
                "1.",
                "+1",
                ".5",
                "\"a",
                "\"\\x\"",
                "\"a\nb\"",
                "[1 2]",
                "NaN",
                "\ufeff1"
            })
    void whatIsNotExactlyOneValueIsRefused(String json) {
        assertThatThrownBy(() -> Json.parse(json)).isInstanceOf(JsonSyntaxException.class);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        assertThatThrownBy(() -> Json.parse(new byte[] {'"', (byte) 0xff, '"'}))
                .isInstanceOf(JsonSyntaxException.class);
    }

    @Test
    void aFaultHasItsLineAndColumn() {
        assertThatThrownBy(() -> Json.parse("{\n  \"a\": tru\n}"))
                .isInstanceOfSatisfying(
                        JsonSyntaxException.class, e -> assertThat(e.line()).isEqualTo(2))
                .hasMessageStartingWith("malformed JSON at line 2, column ");
    }

    @Test
    void numbersKeepTheirValue() {
        assertThat(Json.parse("[1,3000000000,9223372036854775808,0.5,1e3]"))
                .isEqualTo(List.of(
                        1,
                        3_000_000_000L,
                        new BigInteger("9223372036854775808"),
                        new BigDecimal("0.5"),
                        new BigDecimal("1e3")));
        assertThat(Json.write(List.of(1.0, 0.5, -0.25, 1e300, new BigDecimal("1e3"), 1.5f)))
                .isEqualTo("[1,0.5,-0.25,1.0E300,1000,1.5]");
        assertThat(Json.write(Arrays.asList(Double.NaN, Double.POSITIVE_INFINITY)))
                .isEqualTo("[null,null]");
    }

    @Test
    void hugeExponentsStaySmall() {
        assertThat(Json.write(Json.parse("1e999"))).isEqualTo("1E+999");
        assertThatThrownBy(() -> Json.parse("1e999999999"))
                .isInstanceOf(JsonSyntaxException.class)
                .hasMessageStartingWith(
                        "a number must have at most 1000 digits and an exponent from -999 to 999, was 1e9");
        assertThatThrownBy(() -> Json.parse("9".repeat(5000))).isInstanceOf(JsonSyntaxException.class);
    }

    @Test
    void onlyWhatMustBeEscapedIs() {
        assertThat(Json.write("a\"b\\c/d\n\r\t\b\f\u0001\u007f é"))
                .isEqualTo("\"a\\\"b\\\\c/d\\n\\r\\t\\b\\f\\u0001\u007f é\"");
        assertThat(Json.write("\ud83d\ude00 \ud83d x \ude00")).isEqualTo("\"\ud83d\ude00 \\ud83d x \\ude00\"");
        assertThat(Json.write("\ud83d")).isEqualTo("\"\\ud83d\"");
    }

    @Test
    void bytesAreWrittenAsBase64() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("b", new byte[] {1, 2, 3});
        assertThat(Json.write(value)).isEqualTo("{\"b\":\"AQID\"}");
    }

    @Test
    void nestingIsLimited() {
        String deep = "[".repeat(500) + "]".repeat(500);
        assertThat(Json.write(Json.parse(deep))).isEqualTo(deep);
        assertThatThrownBy(() -> Json.parse("[".repeat(100_000)))
                .hasMessageStartingWith("JSON is nested too deeply (at most 500 levels)");
    }
}
