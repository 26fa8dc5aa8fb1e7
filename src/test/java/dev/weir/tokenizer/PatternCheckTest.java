package dev.weir.tokenizer;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PatternCheckTest {

    static Stream<String> known() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/tokenizer/known-patterns.txt")).stream()
                .filter(line -> !line.startsWith("#"));
    }

    @ParameterizedTest
    @MethodSource("known")
    void acceptsPatternsOfWellKnownModels(String pattern) {
        assertThatCode(() -> PatternCheck.check(pattern, new Place(Path.of("tokenizer.json"), "/pattern")))
                .doesNotThrowAnyException();
    }
}
