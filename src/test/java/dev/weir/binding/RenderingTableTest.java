package dev.weir.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.WeirException;
import dev.weir.config.yaml.ProblemList;
import dev.weir.config.yaml.SourceText;
import dev.weir.config.yaml.YamlNode;
import dev.weir.config.yaml.YamlParser;
import dev.weir.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every line of {@code binding/rendering.tsv}: a value as a configuration writes it, the input as JSON, and the rendered
 * JSON, or {@code !} and the message of the failure. Tabs separate the three.
 */
class RenderingTableTest {
    private static final EnvironmentVariables ENVIRONMENT =
            EnvironmentVariables.of(strings(resource("rendering-environment.json")), Map.of());

    static Stream<Arguments> cases() {
        return resource("rendering.tsv")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("# "))
                .map(line -> Arguments.of((Object[]) line.split("\t+", -1)));
    }

    @ParameterizedTest(name = "{0} of {1} gives {2}")
    @MethodSource("cases")
    void rendersAsTheTableSays(String value, String input, String expected) {
        Scope scope = Bindings.empty()
                .withEnvironment(ENVIRONMENT)
                .with(Source.INPUT, Json.parse(input))
                .withJob("a", Json.parse(input));
        if (expected.startsWith("!")) {
            assertThatThrownBy(() -> parse(value).render(scope))
                    .isInstanceOf(WeirException.class)
                    .hasMessage(expected.substring(1).strip());
        } else {
            assertThat(Json.write(parse(value).render(scope))).isEqualTo(expected);
        }
    }

    @Test
    void theTableIsLong() {
        assertThat(cases()).hasSizeGreaterThan(300);
    }

    private static Template parse(String value) {
        ProblemList problems = new ProblemList();
        YamlNode node = new YamlParser(new SourceText(Path.of("case.yml"), value), problems).parse();
        assertThat(problems.errors()).isEmpty();
        return Template.parse(Objects.requireNonNull(node).plain(), node::isUnquoted);
    }

    private static Map<String, String> strings(String json) {
        Map<String, String> strings = new java.util.TreeMap<>();
        ((Map<?, ?>) Json.parse(json)).forEach((name, value) -> strings.put((String) name, (String) value));
        return strings;
    }

    private static String resource(String name) {
        try (InputStream file = RenderingTableTest.class.getResourceAsStream("/binding/" + name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
