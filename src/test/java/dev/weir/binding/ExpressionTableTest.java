package dev.weir.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.WeirException;
import dev.weir.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every line of {@code binding/expressions.txt}: a template, {@code =>}, and the rendered JSON, or {@code !} and the message
 * of the failure. A tab within a template is written {@code \t}.
 */
class ExpressionTableTest {
    private static final String ARROW = " => ";

    private static final Scope SCOPE = Bindings.empty()
            .with(Source.INPUT, Json.parse(resource("input.json")))
            .with(Source.OUTPUT, Json.parse("{\"text\":\"done\",\"score\":0.5}"))
            .with(
                    Source.RESPONSE,
                    Json.parse("{\"choices\":[{\"message\":{\"content\":\"Hi\"}}],\"usage\":{\"tokens\":7}}"))
            .with(Source.RESULT, Json.parse("[\"zero\",\"one\",\"two\",\"three\"]"))
            .with(Source.RESPONSE_CHUNK, Json.parse("{\"choices\":[{\"delta\":{\"content\":\" upon\"}}]}"))
            .with(Source.RESULT_CHUNK, " token")
            .with(Source.ITEM, Json.parse("{\"name\":\"ada\",\"age\":36}"))
            .with(Source.INDEX, 2)
            .withJob("translate", "Hello")
            .withJob("step-1", Json.parse("{\"items\":[1,2,3]}"))
            .withJob("my job", "odd")
            .withEnvironment(EnvironmentVariables.of(Map.of("API_KEY", "sk-secret", "EMPTY", ""), Map.of()));

    static Stream<Arguments> lines() {
        return resource("expressions.txt")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("# "))
                .map(line -> {
                    int arrow = line.lastIndexOf(ARROW);
                    return Arguments.of(line.substring(0, arrow), line.substring(arrow + ARROW.length()));
                });
    }

    @ParameterizedTest(name = "{0} gives {1}")
    @MethodSource("lines")
    void rendersAsTheTableSays(String template, String expected) {
        String text = template.replace("\\t", "\t");
        if (expected.startsWith("!")) {
            assertThatThrownBy(() -> Template.parse(text).render(SCOPE))
                    .isInstanceOf(WeirException.class)
                    .hasMessage(expected.substring(1).strip());
        } else {
            assertThat(Json.write(Template.parse(text).render(SCOPE))).isEqualTo(expected);
        }
    }

    private static String resource(String name) {
        try (InputStream file = ExpressionTableTest.class.getResourceAsStream("/binding/" + name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
