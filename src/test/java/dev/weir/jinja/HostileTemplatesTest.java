package dev.weir.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates with single steps that are cheap in a template and would be expensive in Java. */
@Timeout(60)
class HostileTemplatesTest {
    private static final Budget.Limits LIMITS = new Budget.Limits(Duration.ofMinutes(1), 1L << 24, 16 << 20);
    private static final Budget.Limits LARGE = new Budget.Limits(Duration.ofMinutes(1), 1L << 24, 64 << 20);
    private static final String LOOP = "{% for i in range(10000) %}";

    private static String render(String template, Budget.Limits limits) {
        JinjaFunction words = arguments -> "x".repeat(1_000);
        return JinjaTemplate.parse(template).render(Map.of("words", words), () -> {}, limits);
    }

    private static String tree(String leaf, int depth) {
        String inner = depth == 0 ? leaf : tree(leaf, depth - 1);
        return depth == 0 ? leaf : "(" + inner + " or " + inner + ")";
    }

    @Test
    void expressionsAreCharged() {
        assertThatThrownBy(() -> render(LOOP + "{% if " + tree("false", 11) + " %}{% endif %}{% endfor %}", LIMITS))
                .hasMessageContaining("the template does too much work");
    }

    @Test
    void scopesThatANameIsLookedForInAreCharged() {
        String scopes = "{% with a=1 %}".repeat(150);
        String ends = "{% endwith %}".repeat(150);
        String template =
                scopes + LOOP + "{% if [true, true, true, true] %}{{ range and '' }}{% endif %}{% endfor %}" + ends;

        assertThat(render(LOOP + "{{ range and '' }}{% endfor %}", new Budget.Limits(LIMITS.time(), 1 << 21, 16 << 20)))
                .isEmpty();
        assertThatThrownBy(() -> render(template, new Budget.Limits(LIMITS.time(), 1 << 21, 16 << 20)))
                .hasMessageContaining("the template does too much work");
    }

    /** Each line creates values that a chain keeps referenced. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "namespace(p=ns.x)",
                "dict(p=ns.x)",
                "[ns.x, words()]",
                "[ns.x, i + 0.5, i + 0.25, i + 0.125, i + 0.75, i * 3.5, i - 0.5, i / 3]",
                "[ns.x, i.a, i.b, i.c, i.d, i.e, i.f, i.g]"
            })
    void allValuesAreCharged(String value) {
        Budget.Limits limits = new Budget.Limits(LIMITS.time(), 1L << 30, 2 << 20);
        assertThatThrownBy(() -> render(
                        "{% set ns=namespace(x=none) %}" + LOOP + "{% set ns.x=" + value + " %}{% endfor %}", limits))
                .hasMessageContaining("the template's values need too much memory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"float", "attr('a')"})
    void whatMapMakesIsCharged(String filter) {
        String mapped = filter.equals("float") ? "map('float')" : "map('attr', 'a')";
        assertThatThrownBy(() -> render(
                        "{% set r = range(100000) %}{{ (r|" + mapped + ")|length }}",
                        new Budget.Limits(LIMITS.time(), 1L << 30, 5 << 20)))
                .hasMessageContaining("the template's values need too much memory");
    }

    /** Java would compare each of these keys with all other keys. */
    @ParameterizedTest
    @ValueSource(strings = {"(%1$d, %2$d): 0", "%3$d: 0, %4$d.0: 0"})
    void keysOfOneHashAreFew(String entry) {
        String entries = IntStream.range(0, 5_000)
                .mapToObj(i -> String.format(entry, i, 31L * (5_000 - i), ((long) i << 32) + i, i))
                .collect(Collectors.joining(", "));
        assertThatThrownBy(() -> render("{% set x = {" + entries + "} %}", LIMITS))
                .hasMessageContaining("a mapping with keys that are not texts has too many entries (at most 256");
    }

    @Test
    void aKeyThatIsNoTextIsChargedByTheMappingItIsLookedForIn() {
        Map<Object, Object> map = IntStream.range(0, 50_000).boxed().collect(Collectors.toMap(String::valueOf, i -> i));
        JinjaTemplate template =
                JinjaTemplate.parse(LOOP + "{% if 1 in m or m[1] or m.get(1) %}{% endif %}{% endfor %}");

        assertThatThrownBy(() -> template.render(Map.of("m", map), () -> {}, LIMITS))
                .hasMessageContaining("the template does too much work");
    }

    /** Java copies the whole text for each letter that becomes several letters. */
    @ParameterizedTest
    @CsvSource({
        "ß, upper(), SS",
        "\u0149, upper(), \u02bcN",
        "\u0130, lower(), i\u0307",
        "\u0390, upper(), \u0399\u0308\u0301"
    })
    void lettersThatBecomeSeveralAreChangedInPieces(String letter, String method, String changed) {
        assertThat(render("{{ ('" + letter + "' * 200000)." + method + " }}", LARGE))
                .matches(text -> text.equals(changed.repeat(200_000)), "changed");
    }

    @Test
    void piecesEndBetweenWordsAndCharacters() {
        String words = "ΟΔΟΣ ".repeat(3_000);
        assertThat(render("{{ '" + words + "'.lower() }}", LIMITS)).isEqualTo("οδος ".repeat(3_000));
        assertThat(render("{{ '" + "ΑΣΑ".repeat(1_000) + "'.lower() }}", LIMITS))
                .isEqualTo("ασα".repeat(1_000));
        assertThat(render("{{ '" + "a" + "𐐀".repeat(3_000) + "'.lower() }}", LIMITS))
                .isEqualTo("a" + "𐐨".repeat(3_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "(-9223372036854775807 - 1) // -1 ~ cannot be computed",
                "(-9223372036854775807 - 1)|abs ~ is too large",
                "dict([['a', 1]]) ~ a mapping is needed, not 'list'",
                "namespace(1) ~ a mapping is needed, not 'int'",
                "range|tojson ~ Object of type function is not JSON serializable"
            })
    void whatCannotBeSaidIsRefused(String expression, String reason) {
        assertThatThrownBy(() -> render("{{ " + expression + " }}", LIMITS)).hasMessageContaining(reason);
    }
}
