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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each snippet of {@code golden/jinja} against what Python's jinja2 makes of it, and what holds a template back. */
class JinjaTemplateTest {
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
            throw new WeirException(ErrorCode.INVALID_INPUT, PythonText.of(arguments.get(0, "message", "")));
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
        assertThatThrownBy(() -> JinjaTemplate.parse(source).render(Map.of(), Duration.ofMillis(50)))
                .hasMessage("it takes longer than 50 ms");
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
            })
    void aTemplateThatWantsTooMuchIsEnded(String source) {
        assertThatThrownBy(() -> render(source)).isInstanceOf(JinjaException.class);
    }

    @Test
    void nestingWithoutEndIsToldNotOverflown() {
        assertThatThrownBy(() -> render("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"))
                .hasMessage("macros call each other more than 200 deep");
        assertThatThrownBy(() -> render("{{ " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + " }}"))
                .hasMessage("it is nested too deeply");
        assertThatThrownBy(() -> render("{% if true %}".repeat(100_000))).hasMessage("it is nested too deeply");
        assertThatThrownBy(
                        () -> render(
                                "{% set ns = namespace(t=[]) %}{% for i in range(90000) %}{% set ns.t = [ns.t] %}{% endfor %}{{ ns.t }}"))
                .hasMessage("it is nested too deeply");
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
