package dev.weir.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.weir.json.Json;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("slow")
class ConditionTest {
    private static final Duration GENEROUS = Duration.ofSeconds(60);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1        | eq          | 1.0          | true",
                "1        | neq         | \"1\"        | true",
                "3        | gt          | 2            | true",
                "2        | gte         | 2            | true",
                "\"a\"    | lt          | \"b\"        | true",
                "2        | lte         | 1            | false",
                "\"a\"    | in          | [\"a\",\"b\"] | true",
                "\"c\"    | not-in      | [\"a\",\"b\"] | true",
                "\"abc\"  | starts-with | \"ab\"       | true",
                "\"abc\"  | ends-with   | \"ab\"       | false",
                "\"abc\"  | match       | \"^a.c$\"    | true",
                "\"world hello\" | match | \"hello\"    | false",
                "\"world hello\" | match | \"world\"    | true",
                "\"world hello\" | match | \".*hello\"  | true",
                "\"ab\\n\" | match | \"ab$\"          | true",
                "\"ab\\n\" | match | \"ab\\\\Z\"       | false",
                "\"ab\" | match | \"ab\\\\Z\"          | true",
                "\"aa\" | match | \"(?P<first_one>a)(?P=first_one)\" | true",
                "\"ab\" | match | \"(?P<x>a)(?P=x)\" | false",
                "\"ab\" | match | \"a(?#the end)b\"  | true",
                "\"aaa\" | match | \"a{,2}$\"        | false",
                "\"]a\" | match | \"[]a]{2}\"        | true",
                "\"한국\" | match | \"\\\\w+$\"        | true",
                "\"a\\rb\" | match | \"a.b\"         | true",
                "404      | match       | \"4..$\"     | true",
                "404      | match       | 40           | true",
                "true     | match       | \"tr\"       | true",
                "null     | match       | \"\"         | true",
                "null     | eq          | null         | true"
            })
    void everyOperatorCompares(String input, String operator, String value, boolean holds) {
        Condition.Operator tested =
                Condition.Operator.valueOf(operator.toUpperCase(Locale.ROOT).replace('-', '_'));

        assertThat(tested).hasToString(operator);
        assertThat(tested.test(Json.parse(input), Json.parse(value))).isEqualTo(holds);
    }

    @Test
    void whatCannotBeComparedIsNamed() {
        assertThatThrownBy(() -> Condition.Operator.GT.test("a", 1))
                .isInstanceOf(BindingException.class)
                .hasMessage("operator gt: cannot order 'a' (a text) and 1 (a number)");
        assertThatThrownBy(() -> Condition.Operator.MATCH.test("a", "("))
                .hasMessage("operator match: '(' (a text) is not a regular expression: unclosed group");
    }

    /** Without limits, the first pattern would run for years, and the second would overflow the stack. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"(a+)+$  ; takes more than 268435456 steps", "(a|b)*$ ; takes more nested calls"})
    void aPatternThatGoesBackWithoutEndIsTheInputsFault(String pattern, String problem) {
        String text = "a".repeat(1 << 20) + "!";

        assertTimeoutPreemptively(
                GENEROUS,
                () -> assertThatThrownBy(() -> Condition.Operator.MATCH.test(text, pattern))
                        .isInstanceOf(BindingException.class)
                        .hasMessageStartingWith("operator match: '" + pattern + "' (a text) " + problem));
    }

    @Test
    void aPatternOfAnInputIsSearchedInLinearTime() {
        Condition match = new Condition.Comparison(
                Template.parse("${input.text}"), Condition.Operator.MATCH, Template.parse("${input.pattern}"));

        assertTimeoutPreemptively(
                GENEROUS,
                () -> assertThat(match.test(input("a".repeat(1 << 20) + "!", "^(a+)+$")))
                        .isFalse());
        assertThat(match.test(input("abc", "^a.c$"))).isTrue();
        assertThatThrownBy(() -> match.test(input("abc", "(?=a)")))
                .isInstanceOf(BindingException.class)
                .hasMessageStartingWith(
                        "operator match: '(?=a)' (a text) is not a regular expression that an input may have: ");
    }

    private static Scope input(String text, String pattern) {
        return Bindings.empty().with(Source.INPUT, Map.of("text", text, "pattern", pattern));
    }
}
