package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.binding.BindingException;
import dev.weir.binding.Json;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {

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
                .hasMessage("operator match: '(' (a text) is not a regular expression");
    }
}
