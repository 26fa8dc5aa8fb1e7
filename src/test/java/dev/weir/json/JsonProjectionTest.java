package dev.weir.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.binding.Reference;
import dev.weir.binding.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonProjectionTest {
    private static final List<List<Reference>> EXPRESSIONS = references(
            "${response[].choices[0].delta.content}",
            "${response[].choices[-1].delta}",
            "${response[].choices[*].delta.content}",
            "${response[].choices[1]} ${response[].choices[*].index}",
            "${response[].a.b.c | response[].a}",
            "${response[]['odd key'][2]}",
            "${response[].a[0][0]} ${response[].a.a}",
            "${response[].a[1:][0].b} ${response[].b[:-1]}",
            "${response[].a[0:2].b} ${response[].choices[1:][*].index} ${response[].choices[0].index}",
            "${response[].b as json}",
            "${response[]}");
    /** The keys of documents: keys of the expressions, and other keys. */
    private static final String[] KEYS = {
        "choices", "delta", "content", "a", "b", "c", "index", "odd key", "error", "é\\n"
    };

    private static final String[] LEAVES = {
        "null",
        "true",
        "false",
        "0",
        "-1",
        "1.50",
        "12345678901234567890",
        "1e2",
        "-0.5E-3",
        "\"\"",
        "\"text\"",
        "\"\\u00e9\\ud83c\\udf89\"",
        "\"\\ud83c\"",
        "\"a\\\\\\\"b\\/\\b\\f\\n\\r\\t\"",
        "\"{[]}:,\"",
        "\"한글 🎉\"",
        "{}",
        "[]",
        "1e999",
        "\"\u007f\u2028\""
    };
    private static final String[] DAMAGE = {
        "",
        ",",
        "}",
        "]",
        "{",
        "[",
        "\"",
        "\\",
        ":",
        "0",
        "01",
        "-",
        "1.",
        "e",
        "nul",
        "True",
        "\u0000",
        "\n",
        "\u00a0",
        "\uFEFF",
        "//",
        "'",
        "NaN",
        "+1",
        "1e99999999999",
        ".5",
        "\\u12",
        "\\x",
        "\t"
    };

    private final Random random = new Random(20260101);

    @Test
    void anyPathIntoAnyDocumentGivesWhatTheFullParserGives() {
        for (int i = 0; i < 1_500; i++) {
            assertSame(document(0), i);
        }
    }

    @Test
    void whatIsNoJsonIsRefusedJustTheSame() {
        int refused = 0;
        for (int i = 0; i < 3_000; i++) {
            StringBuilder json = new StringBuilder(document(0));
            for (int faults = random.nextInt(2); faults >= 0 && !json.isEmpty(); faults--) {
                int at = random.nextInt(json.length());
                json.replace(at, Math.min(json.length(), at + random.nextInt(3)), pick(DAMAGE));
            }
            refused += assertSame(json.toString(), i) ? 0 : 1;
        }
        assertThat(refused).isBetween(500, 2_900);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{}{}",
                "{\"a\":1,}",
                "[1,]",
                "{\"a\" 1}",
                "{a:1}",
                "{\"choices\":[{\"delta\":{\"content\":\"first\"}}],\"choices\":null}",
                "{\"choices\":[{\"delta\":{\"content\":\"first\",\"content\":\"second\"}}]}",
                "{\"choi\\u0063es\":[{\"delta\":{\"content\":\"escaped\"}}]}",
                "{\"choices\":{\"0\":{\"delta\":{\"content\":\"a map\"}}}}",
                "{\"choices\":[\"no map\"]}",
                "\"choices\"",
                "7",
                "\uFEFF{}",
                "{\"a\":\"\u0001\"}",
                "{\"a\":1e1000000000}",
                "{\"a\":00}",
                "{\"a\":\"\\ud800\"}"
            })
    void theOddOnesAreReadAlike(String json) {
        assertSame(json, 0);
    }

    @Test
    void depthIsBoundedAlike() {
        for (int depth : new int[] {63, 64, 65, 499, 500, 501}) {
            assertSame("[".repeat(depth) + "]".repeat(depth), depth);
            assertSame("{\"a\":".repeat(depth) + "1" + "}".repeat(depth), depth);
        }
    }

    @Test
    void whatNoPathLeadsToIsNotBuilt() {
        Object value = JsonProjection.of(List.of(List.of(new PathStep.Key("a")), List.of(new PathStep.Key("error"))))
                .read("{\"x\":{\"y\":[1,2]},\"a\":\"b\",\"z\":[{}]}");
        assertThat(Json.write(value)).isEqualTo("{\"a\":\"b\"}");
    }

    @Test
    void keysAreReadBesideThePaths() {
        Object value = JsonProjection.of(List.of(List.of(new PathStep.Key("a")), List.of(new PathStep.Key("error"))))
                .read("{\"error\":{\"message\":\"no\"},\"b\":1}");
        assertThat(Json.write(value)).isEqualTo("{\"error\":{\"message\":\"no\"}}");
    }

    /** True if the text was accepted. */
    private static boolean assertSame(String json, int number) {
        Read whole = read(Json::parse, json);
        for (List<Reference> references : EXPRESSIONS) {
            Read some = read(JsonProjection.of(Reference.chunkPaths(references))::read, json);
            assertThat(some.along(references))
                    .as("%s of document %d: %s", references, number, json.length() > 500 ? "long" : json)
                    .isEqualTo(whole.along(references));
        }
        return whole.refusal() == null;
    }

    private static Read read(Function<String, @Nullable Object> parser, String json) {
        try {
            return new Read(parser.apply(json), null);
        } catch (JsonSyntaxException e) {
            return new Read(null, e.getMessage());
        }
    }

    /** A value, or the refusal of its text. */
    private record Read(@Nullable Object value, @Nullable String refusal) {
        /** The values at the ends of paths, with their types. */
        String along(List<Reference> references) {
            if (refusal != null) {
                return refusal;
            }
            StringBuilder found = new StringBuilder();
            for (Reference reference : references) {
                Object at = PathStep.follow(value, reference.path());
                found.append(at == null ? "" : at.getClass().getSimpleName()).append(Json.write(at));
            }
            return found.toString();
        }
    }

    private static List<List<Reference>> references(String... expressions) {
        return Stream.of(expressions)
                .map(expression -> Template.parse(expression).references())
                .toList();
    }

    private String document(int depth) {
        int kind = depth > 5 ? 2 : random.nextInt(3);
        if (kind == 2 && depth > 0) {
            return space() + pick(LEAVES) + space();
        }
        List<String> parts = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            parts.add(
                    kind == 0
                            ? space() + "\"" + pick(KEYS) + "\"" + space() + ":" + document(depth + 1)
                            : document(depth + 1));
        }
        String inner = String.join(",", parts);
        return space() + (kind == 0 ? "{" + inner + space() + "}" : "[" + inner + space() + "]") + space();
    }

    private String space() {
        return random.nextInt(4) > 0 ? "" : pick(new String[] {" ", "\n", "\r\n", "\t"});
    }

    private String pick(String[] from) {
        return from[random.nextInt(from.length)];
    }
}
