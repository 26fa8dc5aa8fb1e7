package dev.weir.config.reader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.MissingVariableException;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.binding.TemplateSyntaxException;
import dev.weir.fuzz.Fuzz;
import dev.weir.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configurations, {@code .env} files and expressions of valid parts in random order. */
@Tag("fuzz")
class ConfigurationFuzzTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int ODD_CHARACTERS = 10;

    private static final List<String> YAML = List.of(
            "workflow",
            "workflows",
            "component",
            "components",
            "controller",
            "auth",
            "jobs",
            "input",
            "output",
            "type",
            "id",
            "model",
            "http-client",
            "http-server",
            "endpoint",
            "headers",
            "body",
            "actions",
            "params",
            "limits",
            "origins",
            "condition",
            "delay",
            ": ",
            ":\t",
            ":",
            "- ",
            "-",
            "\n",
            "\n  ",
            "\n    ",
            "\n\t",
            "{",
            "}",
            "[",
            "]",
            ",",
            "'",
            "\"",
            "|\n",
            ">\n",
            "#",
            "&a",
            "*a",
            "<<",
            "!!int ",
            "!x ",
            "%YAML 1.2\n",
            "---\n",
            "...\n",
            "? ",
            "~",
            "null",
            "true",
            ".inf",
            ".nan",
            "0x",
            "1e999999999",
            "-0",
            "\\",
            "@",
            "${input.a}",
            "${env.A | 1}",
            "${",
            "}",
            "$${",
            "\uFEFF",
            "\u0000",
            "é",
            "\uD83D\uDE00",
            "\uD83D");

    private static final List<String> EXPRESSION = List.of(
            "${",
            "}",
            "$${",
            "input",
            "output",
            "env.A",
            "jobs.x.output",
            "response[]",
            "result[3]",
            "item",
            "index",
            ".a",
            "[0]",
            "[-1]",
            "[*]",
            "['odd']",
            " as ",
            "integer",
            "number",
            "boolean",
            "json",
            "list",
            "object[]/a,b.c",
            "base64",
            "select/a,b",
            "slider/1,9,2",
            "image;url",
            " | ",
            "'text'",
            "\"text\"",
            "(",
            ")",
            "[",
            "]",
            ",",
            "==",
            "!=",
            "<",
            ">=",
            " in ",
            "!",
            "&&",
            "||",
            " not ",
            " and ",
            "true",
            "null",
            "1",
            "-1.5",
            "1e400",
            "1e-400",
            "0x1F",
            ".inf",
            " ",
            "\\",
            "'",
            "@(description x)",
            "@(",
            "é",
            "\uD83D");

    private static final List<String> DOT_ENV = List.of(
            "A", "B1", "한", "=", "'", "\"", "\n", "\r\n", "\r", " ", "\t", "#", "export ", "\\", "\\n", "$", "${A}",
            "\uFEFF", "\u0000", "x y");

    @TempDir
    Path folder;

    private static String text(Random random, List<String> pieces, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most); i >= 0; i--) {
            text.append(
                    random.nextInt(ODD_CHARACTERS) == 0
                            ? String.valueOf((char) random.nextInt(0x180))
                            : pieces.get(random.nextInt(pieces.size())));
        }
        return text.toString();
    }

    @Test
    void aConfigurationIsReadOrItsProblemsAreTold() throws Exception {
        Path file = folder.resolve("model-compose.yml");
        Path dotEnv = folder.resolve(".env");
        Fuzz.run("configurations", LIMIT, random -> {
            String head = random.nextBoolean()
                    ? "workflow: {component: c}\ncomponent:\n  id: c\n  type: http-client\n  endpoint: http://a/\n  body: "
                    : "";
            Files.write(file, (head + text(random, YAML, 60)).getBytes(UTF_8));
            Files.write(dotEnv, text(random, DOT_ENV, 30).getBytes(UTF_8));

            LoadResult result = ConfigReader.read(List.of(file), Map.of("A", "value"));

            if (result instanceof LoadResult.Rejected rejected) {
                assertThat(rejected.problems()).isNotEmpty();
                rejected.problems()
                        .forEach(
                                problem -> assertThat(problem.location().line()).isPositive());
            }
        });
    }

    @Test
    void anExpressionIsRenderedOrRefusedAsTheDocumentationSays() {
        Bindings scope = Bindings.empty()
                .with(Source.INPUT, Json.parse("{\"a\": [1, \"2\", null, {\"b\": 1.5}], \"odd\": true}"))
                .with(Source.OUTPUT, "text")
                .with(Source.RESULT, List.of(1, 2, 3));
        Fuzz.run("expressions", LIMIT, random -> {
            String text = (random.nextBoolean() ? "${input" : "") + text(random, EXPRESSION, 20) + "}";
            try {
                Json.write(Template.parse(text).render(scope));
            } catch (TemplateSyntaxException e) {
                assertThat(e.place().offset()).isBetween(0, text.length());
            } catch (MissingVariableException e) {
                assertThat(text).contains(e.variable());
            } catch (WeirException e) {
                assertThat(e.code().status()).isLessThan(500);
            }
        });
    }
}
