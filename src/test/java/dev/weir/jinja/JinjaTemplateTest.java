package dev.weir.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.Goldens;
import dev.weir.WeirException;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each snippet of {@code golden/jinja} agrees with Python's jinja2; and the limits of a template. */
class JinjaTemplateTest {
    private static final Budget.Limits LIMITS_OF_TIME =
            new Budget.Limits(Duration.ofMillis(50), Long.MAX_VALUE, Long.MAX_VALUE);

    static Stream<JsonObject> snippets() {
        return Goldens.list("jinja/snippets.json");
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void rendersAsJinjaDoes(JsonObject golden) {
        Map<String, Object> variables = new HashMap<>(Goldens.map("jinja/variables.json"));
        variables.put("strftime_now", (JinjaFunction)
                arguments -> "05 Mar 2026 14:07:09 Thursday Thu March 064 03 26 02 PM 5  5 %");
        variables.put("raise_exception", (JinjaFunction) arguments -> {
            throw new WeirException(ErrorCode.INVALID_INPUT, String.valueOf(arguments.text(0, "message", "")));
        });
        String source = golden.getString("template");

        if (golden.containsKey("text")) {
            assertThat(JinjaTemplate.parse(source).render(variables)).isEqualTo(golden.getString("text"));
        } else {
            assertThatThrownBy(() -> JinjaTemplate.parse(source).render(variables))
                    .as(golden.getString("error"))
                    .isInstanceOf(WeirException.class);
        }
    }

    @Test
    void aFailureNamesItsLine() {
        assertThatThrownBy(() -> render("a\n{% if true %}\n{{ x.y }}\n{% endif %}"))
                .isInstanceOfSatisfying(
                        JinjaException.class, e -> assertThat(e.line()).isEqualTo(3))
                .hasMessage("'x' is undefined");
        assertThatThrownBy(() -> render("a\n\n{% for x %}"))
                .isInstanceOfSatisfying(
                        JinjaException.class, e -> assertThat(e.line()).isEqualTo(3))
                .hasMessage("unexpected '%}', 'in' was expected");
        assertThatThrownBy(() -> render("{% set x = 1 %}\n{{ x | shout }}"))
                .isInstanceOfSatisfying(
                        JinjaException.class, e -> assertThat(e.line()).isEqualTo(2))
                .hasMessage("no filter named 'shout'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
                "{% for a in range(99999) %}{% for b in range(99999) if false %}{% endfor %}{% endfor %}",
            })
    void aTemplateThatTakesTooLongIsEnded(String source) {
        assertThatThrownBy(() -> JinjaTemplate.parse(source).render(Map.of(), () -> {}, LIMITS_OF_TIME))
                .hasMessage("the template takes too long (at most 50 ms)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ 'a' * 1000000000 }}",
                "{{ 1000000000000 * 'ab' }}",
                "{% set ns = namespace(t='aaaaaaaa') %}{% for i in range(99) %}{% set ns.t = ns.t + ns.t %}{% endfor %}",
                "{% set ns = namespace(t='aaaaaaaa') %}{% for i in range(99) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}",
                "{% set ns = namespace(t='aaaaaaaa') %}{% for i in range(99) %}{% set ns.t = ns.t.replace('a', 'aa') %}{% endfor %}",
                "{% set ns = namespace(t=[1]) %}{% for i in range(99) %}{% set ns.t = ns.t + ns.t %}{% endfor %}",
                "{% set ns = namespace(t=[1]) %}{% for i in range(99) %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.t }}",
                "{% for i in range(99999) %}{% for i in range(999) %}aaaaaaaaaaaaaaaa{% endfor %}{% endfor %}",
                "{{ range(100000000) }}",
                "{{ [0] * 100000000 }}",
                "{{ 'a'.center(1000000000) }}",
                "{{ 'a'.zfill(1000000000) }}",
                "{{ 'a' | indent(1000000000, true) }}",
                "{{ '%999999999d' % 1 }}",
                "{{ 9999999 ** 9999999 }}",
                "{% set s = 'a' * 4000000 %}{% for i in range(99999) %}{{ s.find('a' * 2000000 ~ 'b') }}{% endfor %}",
                "{{ ('a ' * 4000000).split() | length }}",
                "{% set ns = namespace(l=[]) %}{% for i in range(20000) %}{% set ns.l = ns.l + ['a' * 1000000 ~ i] %}{% endfor %}",
                "{% set ns = namespace(t=(1,)) %}{% for i in range(99) %}{% set ns.t = (ns.t, ns.t) %}{% endfor %}{{ {ns.t: 1} }}",
                "{% set a = namespace(t=[1]) %}{% set b = namespace(t=[1]) %}{% for i in range(99) %}{% set a.t = [a.t, a.t] %}{% set b.t = [b.t, b.t] %}{% endfor %}{{ a.t == b.t }}",
                "{% set ns = namespace(t=[1]) %}{% for i in range(99) %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.t | tojson }}",
                "{{ [1] | tojson(indent=-1) }}{{ [1] | tojson(separators=[',']) }}",
                "{{ '%++ 5d' % 'x' }}",
                "{{ '%c' % 99999999 }}",
                "{{ range(99999999999) }}",
                "{{ 'a'.center(5, 'ab') }}",
                "{{ {[1]: 2} }}",
            })
    void aTemplateThatWantsTooMuchIsEnded(String source) {
        assertThatThrownBy(() -> render(source)).isInstanceOf(JinjaException.class);
    }

    @Test
    void nestingWithoutEndIsToldNotOverflown() {
        assertThatThrownBy(() -> render("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"))
                .hasMessage("macros call each other too deeply (at most 200 levels)");
        assertThatThrownBy(() -> render("{{ " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + " }}"))
                .hasMessageStartingWith("the template is nested too deeply");
        assertThatThrownBy(() -> render("{% if true %}".repeat(100_000)))
                .hasMessageStartingWith("the template is nested too deeply");
        assertThatThrownBy(
                        () -> render(
                                "{% set ns = namespace(t=[]) %}{% for i in range(90000) %}{% set ns.t = [ns.t] %}{% endfor %}{{ ns.t }}"))
                .hasMessageStartingWith("the template is nested too deeply");
    }

    @Test
    void aRenderingSeesItsCancellation() {
        AtomicInteger looks = new AtomicInteger();
        Runnable cancelled = () -> {
            if (looks.incrementAndGet() == 3) {
                throw new WeirException(ErrorCode.CANCELLED, "the run was cancelled");
            }
        };

        assertThatThrownBy(() -> JinjaTemplate.parse("{% for i in range(9999) %}{{ s.find('ab') }}{% endfor %}")
                        .render(Map.of("s", "a".repeat(100_000)), cancelled))
                .hasMessage("the run was cancelled");
        assertThat(looks).hasValue(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            quoteCharacter = '`',
            value = {
                "{% if false %}{{ 1 | shout }}{% endif %} ¦ 1 ¦ 22 ¦ no filter named 'shout'",
                "x{% if a is loud %}{% endif %} ¦ 1 ¦ 13 ¦ no test named 'loud'",
                "{% if false %}\\n  {% shout %}{% endif %} ¦ 2 ¦ 6 ¦ encountered unknown tag 'shout'",
                "{{ '%q' % 1 }} ¦ 1 ¦ 9 ¦ unsupported format '%q' (must be one of sradiuxXofFeEgGc%)",
                "{{ '%q' | format(1) }} ¦ 1 ¦ 11 ¦ unsupported format '%q' (must be one of sradiuxXofFeEgGc%)",
                "{{ '{:>9}'.format(1) }} ¦ 1 ¦ 19 ¦ unsupported format field '{:>9}' (must be empty, a number or a name)",
                "{{ [1] | map('shout') }} ¦ 1 ¦ 10 ¦ no filter named 'shout'",
                "{{ [1] | select('loud') }} ¦ 1 ¦ 10 ¦ no test named 'loud'",
                "{{ [1] | rejectattr('a', 'loud') }} ¦ 1 ¦ 10 ¦ no test named 'loud'",
                "{% if x %} ¦ 1 ¦ 11 ¦ unexpected the end of the template, 'elif' or 'else' or 'endif' was expected",
                "{%- if x ¦ 1 ¦ 1 ¦ a tag has no end",
                "ab{# c ¦ 1 ¦ 3 ¦ a comment has no end",
                "a\\nb{% raw %} ¦ 2 ¦ 2 ¦ a raw block has no end",
                "{{ 'abc }} ¦ 1 ¦ 4 ¦ a text has no end",
                "{{ '\\xzz' }} ¦ 1 ¦ 4 ¦ the escape \\x is malformed",
                "{{ 99999999999999999999 }} ¦ 1 ¦ 4 ¦ the number 99999999999999999999 is too large (at most 9223372036854775807)",
            })
    void whatATemplateCannotDoIsToldWhenItIsReadWithItsPlace(String source, int line, int column, String message) {
        assertThatThrownBy(() -> JinjaTemplate.parse(source.replace("\\n", "\n")))
                .isInstanceOfSatisfying(JinjaException.class, e -> {
                    assertThat(e.line()).isEqualTo(line);
                    assertThat(e.column()).isEqualTo(column);
                })
                .hasMessage(message);
    }

    @Test
    void longLiteralsAreRead() {
        assertThat(render("{{ '" + "\\n".repeat(100_000) + "' | length }}")).isEqualTo("100000");
        assertThatThrownBy(() -> render("{{ " + "9".repeat(1_000_000) + " }}"))
                .hasMessage("a number has 1000000 characters (at most 400)");
    }

    @Test
    void aTemplateReachesNoJavaObject() {
        assertThat(render("{{ text.getClass is defined }}{{ text.__class__ is defined }}{{ list.class is defined }}"))
                .isEqualTo("FalseFalseFalse");
        assertThatThrownBy(() -> render("{{ text.getClass() }}")).isInstanceOf(JinjaException.class);
        assertThatThrownBy(() -> render("{{ map.__init__.__globals__ }}")).isInstanceOf(JinjaException.class);
    }

    @Test
    void whatATemplateIsGivenStaysAsItWas() {
        List<Object> list = List.of(1, 2);
        assertThatThrownBy(() -> JinjaTemplate.parse("{{ list.append(3) }}").render(Map.of("list", list)))
                .hasMessageContaining("may not change a list");
    }

    @Test
    void aTemplateWithoutAnEndIsRefusedWhateverItStopsIn() {
        String whole =
                "{% for a in [1, 'x', {\"k\": 2.5}] %}{{ a | join('-') }}{# c #}{% if a is defined %}{% endif %}{% endfor %}";
        for (int end = 0; end < whole.length(); end++) {
            String cut = whole.substring(0, end);
            try {
                JinjaTemplate.parse(cut).render(Map.of());
            } catch (JinjaException refused) {
                assertThat(refused.detail()).isNotEmpty();
            }
        }
    }

    private static String render(String source) {
        return JinjaTemplate.parse(source).render(Map.of("text", "t", "list", List.of(1), "map", Map.of("a", 1)));
    }
}
