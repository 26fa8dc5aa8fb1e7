package dev.weir.tokenizer;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PatternCheckTest {

    private static final Path FOLDER = Path.of("src/test/resources/tokenizer");

    static Stream<String> allowed() throws IOException {
        return Stream.concat(
                        Files.readAllLines(FOLDER.resolve("known-patterns.txt")).stream(),
                        Files.readAllLines(FOLDER.resolve("other-patterns.txt")).stream())
                .filter(line -> !line.startsWith("#"));
    }

    @ParameterizedTest
    @MethodSource("allowed")
    void acceptsPatternsThatDoNotRepeatWhatRepeats(String pattern) {
        assertThatCode(() -> PatternCheck.check(pattern, new Place(Path.of("tokenizer.json"), "/pattern")))
                .doesNotThrowAnyException();
    }
}
