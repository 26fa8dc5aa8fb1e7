package dev.weir.config.reader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example loads unchanged. */
class ExamplesTest {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "OPENAI_API_KEY", "sk-openai",
            "ANTHROPIC_API_KEY", "sk-anthropic",
            "GEMINI_API_KEY", "gemini-key",
            "WEIR_KEY_ALICE", "0123456789abcdef-of-alice",
            "WEIR_KEY_READER", "0123456789abcdef-of-reader");

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("examples"))) {
            return files.map(folder -> folder.resolve("model-compose.yml"))
                    .filter(Files::exists)
                    .sorted()
                    .toList();
        }
    }

    @Test
    void thereAreSome() throws IOException {
        assertThat(examples()).hasSizeGreaterThan(4);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void loadsWithoutAProblem(Path file) {
        assertThat(ConfigReader.read(List.of(file), ENVIRONMENT))
                .isInstanceOfSatisfying(
                        LoadResult.Loaded.class,
                        loaded -> assertThat(loaded.warnings()).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void hasAPageOfItsOwn(Path file) {
        boolean quickstart = file.getParent().endsWith("quickstart"); // The example of the README.
        assertThat(quickstart || Files.exists(file.resolveSibling("README.md"))).isTrue();
    }
}
