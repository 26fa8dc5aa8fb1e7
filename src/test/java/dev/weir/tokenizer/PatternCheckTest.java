package dev.weir.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatternCheckTest {

    private static final Place PLACE = new Place(Path.of("tokenizer.json"), "/pattern");
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
        assertThatCode(() -> PatternCheck.check(pattern, PLACE)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a+",
                "a*b",
                "(?:a|b+)",
                "[ab]{2,}",
                "\\s+",
                "(?<=x)y",
                "a|b",
                "(?i)a",
                "\\{?a",
                "(?#none)a",
                "^a"
            })
    void knowsThatAPatternMatchesNoEmptyText(String pattern) {
        assertThat(PatternCheck.check(pattern, PLACE)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a*", "a?b?", "a|", "|a", "(a|b*)", "(?:)", "^", "a{0}", "(?!a)", "(?i)", "a{,3}", "(a?){3}", "\\K"
            })
    void knowsThatAPatternMayMatchAnEmptyText(String pattern) {
        assertThat(PatternCheck.check(pattern, PLACE)).isTrue();
    }
}
