package dev.weir.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every text parses as a template or is refused, in linear time and with little stack. */
@Timeout(60)
class HostileTemplateTest {
    private static final int LARGE = 10_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${",
                "$${",
                "{",
                "}",
                "${{",
                "${input.a | ",
                "${input.a | ${",
                "${(",
                "${[",
                "${!",
                "${! ",
                "${not ",
                "(",
                "${input",
                "${input.a}",
                ".a",
                "[0]",
                "[*]",
                "${input['",
                "'",
                "\"",
                "\\",
                "${'\\",
                "@(",
                "${input.a @(",
                "|",
                "${input.a || ",
                "${input.a && ",
                "${1 == ",
                "${input.a as ",
                "${input.a as text/",
                "${1 | 1 | ",
                "${x",
                "${input.a | {",
                "${input.a | } ",
                " ",
                "${ ",
                "${input.a | \\",
                "...${",
                "${-",
                "${1",
                "${input.a | 1",
                "🎉",
                "\ud83d"
            })
    void tenThousandRepetitionsAreNoTrouble(String unit) {
        String text = unit.repeat(LARGE);
        parse(text);
        parse("${" + text + "}");
        parse("${input.a | " + text + "}".repeat(LARGE));
        parse("${input" + text + "}".repeat(LARGE));
    }

    @Test
    void longChainsOfOperatorsAreEvaluatedWithoutRecursion() {
        Scope scope = Bindings.empty().with(Source.INPUT, Map.of("a", true));

        assertThat(Template.parse("${input.a" + " && input.a".repeat(LARGE) + "}")
                        .render(scope))
                .isEqualTo(true);
        assertThat(Template.parse("${input.b" + " || input.b".repeat(LARGE) + "}")
                        .render(scope))
                .isEqualTo(false);
        assertThat(Template.parse("${" + "!".repeat(LARGE) + "input.a}").render(scope))
                .isEqualTo(true);
        assertThat(Template.parse("${input" + ".a".repeat(LARGE) + "}").render(scope))
                .isNull();
        assertThat(Template.parse("${input.a}".repeat(LARGE)).render(scope)).isEqualTo("true".repeat(LARGE));
    }

    @Test
    void randomTextFromTheLanguagesOwnPartsParsesOrIsRefused() {
        List<String> parts = List.of(
                "${",
                "$${",
                "}",
                "{",
                "(",
                ")",
                "[",
                "]",
                "[]",
                "input",
                "result[]",
                "jobs.a.output",
                "env.X",
                ".a",
                "['k']",
                "[0]",
                "[*]",
                " as ",
                "text",
                "select/a,b",
                ";sse-text",
                " | ",
                "||",
                "&&",
                "==",
                "<",
                "!",
                " in ",
                " and ",
                "'q'",
                "\"q\"",
                "'",
                "\\",
                "@(d ",
                " ",
                "1",
                "-2.5",
                "true",
                "null",
                "x",
                "한",
                "🎉",
                ",",
                "...");
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(40); j >= 0; j--) {
                text.append(parts.get(random.nextInt(parts.size())));
            }
            parse(text.toString());
        }
    }

    /** A million characters; quadratic time would exceed the limit of this class by hours. */
    @Test
    void aLongTextTakesNoSquareOfItsLength() {
        parse("${input.a | ${input.b as text | x {y} ${(input.c == 'd')}}} and 'text' ".repeat(20_000));
        parse("${input.a == 'b' && ".repeat(50_000));
        parse("$${ { } ' ".repeat(100_000));
    }

    private static void parse(String text) {
        try {
            Assertions.assertNotNull(Template.parse(text));
        } catch (TemplateSyntaxException e) {
            assertThat(e.place().offset()).isBetween(0, text.length());
            assertThat(e.detail()).isNotBlank();
            assertThat(e.remedy()).isNotBlank();
        }
    }
}
