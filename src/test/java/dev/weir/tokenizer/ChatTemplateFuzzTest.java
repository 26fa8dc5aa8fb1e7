package dev.weir.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.Goldens;
import dev.weir.WeirException;
import dev.weir.fuzz.Fuzz;
import dev.weir.tokenizer.TokenizerFiles.TemplateSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random chat templates with random messages give a text or a refusal, within the time limit of a template. */
@Tag("fuzz")
class ChatTemplateFuzzTest {
    /** A rendering has 10 s; a rehearsal consists of several shorter renderings. */
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private static final Set<ErrorCode> REFUSALS = Set.of(ErrorCode.INVALID_INPUT, ErrorCode.NOT_READY);
    private static final List<String> REAL = List.of(
                    "chatml-oneline",
                    "chatml",
                    "deepseek",
                    "dialogpt",
                    "gemma",
                    "llama2",
                    "llama3",
                    "mistral",
                    "parts",
                    "phi",
                    "reasoning")
            .stream()
            .map(name -> Goldens.text("jinja/chat/" + name + ".jinja"))
            .toList();
    private static final List<String> PIECES = List.of(
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "-%}",
            "{%-",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "|",
            ".",
            ",",
            ":",
            "'",
            "\"",
            "\\",
            "+",
            "-",
            "*",
            "//",
            "%",
            "~",
            "**",
            "==",
            "<",
            "in",
            "not",
            "is",
            "and",
            "if",
            "else",
            "for",
            "endfor",
            "endif",
            "set",
            "macro",
            "endmacro",
            "raw",
            "endraw",
            "range(99999)",
            "messages",
            "m",
            "loop",
            "namespace()",
            "none",
            "true",
            "9223372036854775807",
            "-1",
            "0.5",
            "1e308",
            "'%s' %",
            "'{}'.format(",
            "99999999",
            "\u00e9",
            "\ud83d\udc69",
            "\ud83d",
            "\u0000",
            "\n");
    private static final List<String> VALUES = List.of(
            "messages",
            "messages[0]",
            "messages[0].content",
            "'text'",
            "'a' * 999",
            "5",
            "-7",
            "0",
            "0.5",
            "1e308",
            "none",
            "true",
            "[1, 'b', none]",
            "[]",
            "{}",
            "{'a': 1, (1, 2): 3}",
            "(1, 'x')",
            "range(50)",
            "range(9999)",
            "ns.x",
            "x",
            "loop.index",
            "loop",
            "undefined_name",
            "'%5d|%s|%-9.2f'",
            "9223372036854775807",
            "namespace(a=[1])",
            "'\u00e9\ud83d\udc69'");
    private static final List<String> FILTERS = names(
            "trim upper lower capitalize title string safe escape replace('a','b') format(1) indent(3) wordcount tojson"
                    + " tojson(indent=2) pprint default('d') abs int float round(2) length list first last join(',') items"
                    + " dictsort reverse sort unique min max sum attr('x') batch(2) map('upper') map(attribute='role')"
                    + " select('odd') reject('string') selectattr('role') rejectattr('role','eq','user')");
    private static final List<String> METHODS = names(
            "strip() strip('a') split() split('a') rsplit('a',1) splitlines() partition('a') startswith('a') endswith(('a','b'))"
                    + " replace('a','bb') find('a') rfind('a') index('a') count('a') join(['a']) format(1) upper() title()"
                    + " center(9) zfill(9) isdigit() get('role') items() keys() values() append(1) nosuch()");
    private static final List<String> TESTS = names(
            "defined none string number mapping iterable odd even divisibleby(3) eq(1) lt(2) in([1]) sameas(none) lower");
    private static final List<String> OPERATORS =
            List.of("+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", "<=", "in", "not in", "and", "or");

    private static List<String> names(String words) {
        return List.of(words.split(" "));
    }

    @Test
    void aRealTemplateWithFaultsWritesATextOrRefuses() {
        Fuzz.run("chat templates with faults", LIMIT, random -> render(mutated(one(random, REAL), random), random));
    }

    @Test
    void aTemplateOfTheWholeLanguageWritesATextOrRefuses() {
        Fuzz.run("made chat templates", LIMIT, random -> render(statements(random, 3), random));
    }

    private static void render(String source, Random random) {
        try {
            ChatTemplate template = ChatTemplate.of(new TokenizerFiles(
                    Map.of("bos_token", "<s>", "eos_token", "</s>"),
                    new TemplateSource.Found("chat_template.jinja", source),
                    false));
            List<ChatMessage> messages = messages(random);
            if (template.problem().isEmpty()) {
                attempt(template, messages);
                attempt(template.rehearsed(() -> {}), messages);
            }
        } catch (RuntimeException | Error e) {
            throw new AssertionError("template: " + source, e);
        }
    }

    private static void attempt(ChatTemplate template, List<ChatMessage> messages) {
        try {
            assertThat(template.render(messages, true)).isNotNull();
        } catch (WeirException e) {
            assertThat(e.code()).isIn(REFUSALS);
            assertThat(e.detail()).hasSizeLessThan(2000);
        }
    }

    private static String mutated(String source, Random random) {
        StringBuilder text = new StringBuilder(source);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(12));
            switch (random.nextInt(4)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(at, one(random, PIECES));
                case 2 -> text.replace(at, end, one(random, PIECES));
                default -> text.insert(random.nextInt(text.length() + 1), text.substring(at, end));
            }
        }
        return text.toString();
    }

    private static String statements(Random random, int depth) {
        StringBuilder text = new StringBuilder("{% set ns = namespace(x=1) %}");
        for (int i = random.nextInt(4); i >= 0; i--) {
            text.append(statement(random, depth));
        }
        return text.toString();
    }

    private static String statement(Random random, int depth) {
        if (depth == 0 || random.nextInt(3) == 0) {
            return random.nextBoolean() ? "words " : "{{ " + expression(random, 3) + " }}";
        }
        String value = expression(random, 2);
        String body = statement(random, depth - 1) + statement(random, depth - 1);
        return switch (random.nextInt(7)) {
            case 0 -> "{% for x in " + value + " %}" + body + "{% else %}none{% endfor %}";
            case 1 -> "{% if " + value + " %}" + body + "{% else %}" + body + "{% endif %}";
            case 2 -> "{% set x = " + value + " %}" + body;
            case 3 -> "{% set ns.x = " + value + " %}" + body;
            case 4 -> "{% macro f(x) %}" + body + "{% endmacro %}{{ f(" + value + ") }}";
            case 5 ->
                "{% for i in range(" + random.nextInt(40) + ") %}{% set ns.x = [ns.x, " + value + "] %}{% endfor %}"
                        + body;
            default -> "{% filter " + one(random, FILTERS) + " %}" + body + "{% endfilter %}";
        };
    }

    private static String expression(Random random, int depth) {
        if (depth == 0) {
            return one(random, VALUES);
        }
        String inner = "(" + expression(random, depth - 1) + ")";
        return switch (random.nextInt(7)) {
            case 0 -> inner + " | " + one(random, FILTERS);
            case 1 -> inner + "." + one(random, METHODS);
            case 2 -> inner + " is " + one(random, TESTS);
            case 3 -> inner + " " + one(random, OPERATORS) + " " + expression(random, depth - 1);
            case 4 ->
                inner + "[" + one(random, List.of("0", "-1", "1:", "::2", "::-1", "'role'", ":9223372036854775807"))
                        + "]";
            case 5 -> "{" + one(random, VALUES) + ": " + inner + "}";
            default -> one(random, VALUES);
        };
    }

    private static List<ChatMessage> messages(Random random) {
        List<ChatMessage> messages = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("role", one(random, List.of("user", "assistant", "system", "tool", "", "\u00e9")));
            switch (random.nextInt(5)) {
                case 0 -> fields.put("content", null);
                case 1 -> fields.put("content", List.of(Map.of("type", "text", "text", "part")));
                case 2 -> fields.put("content", "word ".repeat(random.nextInt(2000)));
                case 3 -> fields.put("more", List.of(Map.of("a", List.of(1, 2.5, true))));
                default -> fields.put("content", "{{ bos_token }}<think>hm</think> \ud83d\udc69");
            }
            if (random.nextInt(4) == 0) {
                fields.put(
                        "tool_calls",
                        List.of(Map.of(
                                "id", "1", "function", Map.of("name", "f", "arguments", "{\"x\": [1e400, NaN]}"))));
            }
            messages.add(new ChatMessage(fields));
        }
        return messages;
    }

    private static <T> T one(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
