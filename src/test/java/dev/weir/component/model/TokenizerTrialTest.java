package dev.weir.component.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.GoldenModel;
import dev.weir.WeirException;
import dev.weir.tokenizer.Tokenizer;
import jakarta.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that passes the examination is tried in a separate JVM. The end of that JVM is a verdict. */
@Tag("slow")
class TokenizerTrialTest {
    private static final String MODEL =
            ", \"model\": {\"type\": \"WordLevel\", \"unk_token\": \"a\", \"vocab\": {\"a\": 0, \"b\": 1}}}";

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private Path verdicts;
    private TokenizerTrial trial;

    @BeforeEach
    void begin() {
        verdicts = folder.resolve("verdicts");
        trial = new TokenizerTrial(verdicts, LIMIT);
    }

    private Path split(String expression) throws IOException {
        return written("\"pre_tokenizer\": {\"type\": \"Split\", \"pattern\": {\"Regex\": \"" + expression
                + "\"}, \"behavior\": \"Isolated\", \"invert\": false}" + MODEL);
    }

    private Path written(String rest) throws IOException {
        return Files.writeString(folder.resolve("tokenizer.json"), "{\"version\": \"1.0\", " + rest)
                .getParent();
    }

    private long kept() throws IOException {
        try (var files = Files.list(verdicts)) {
            return files.count();
        }
    }

    @Test
    void aTokenizerThatIsWellIsTriedOnce() throws Exception {
        Path model = split("\\\\p{L}+|\\\\s+(?!\\\\S)|\\\\s+");
        Tokenizer.open(model, trial).close();
        assertThat(kept()).isEqualTo(1);
        Path verdict;
        try (var files = Files.list(verdicts)) {
            verdict = files.findFirst().orElseThrow();
        }
        assertThat(verdict).hasContent("ok");
        Files.writeString(verdict, "it was kept by a test");

        assertThatThrownBy(() -> Tokenizer.open(model, trial))
                .hasMessageContaining("tokenizer.json is refused: it was kept by a test; take another model");
    }

    /** The steps of each pattern grow at least with the square of a text's length: a long text ends the library's process. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {"q*q*q*q*z~one letter", "(?:\\\\s*\\\\d*\\\\s*\\\\d*)x~several classes"})
    void aPatternThatTheLibraryEndsItsProcessOverIsRefused(String expression, String what) throws Exception {
        assertRefused(expression, trial, what);
    }

    /** The library would continue for longer than any limit. */
    @Test
    void aPatternThatTakesLongerThanATrialMayIsRefused() throws Exception {
        assertRefused("\\\\w*\\\\w*\\\\w*x", new TokenizerTrial(verdicts, Duration.ofSeconds(4)), "letters");
    }

    private void assertRefused(String expression, TokenizerTrial by, String what) throws IOException {
        Path model = split(expression);

        assertThatThrownBy(() -> Tokenizer.open(model, by))
                .as(what)
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY))
                .hasMessageContaining("tokenizer.json is refused: ")
                .hasMessageContaining("trial");
    }

    /** The patterns of GPT-2, GPT-4o and Kimi; other models have similar patterns. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6})
    void thePatternsOfWellKnownModelsPass(int line) throws Exception {
        String pattern = Files.readAllLines(Path.of("src/test/resources/tokenizer/known-patterns.txt"))
                .get(line);
        String text = Json.createValue(pattern).toString();
        Path model = split(text.substring(1, text.length() - 1));

        assertThatCode(() -> Tokenizer.open(model, new TokenizerTrial(verdicts, TokenizerTrial.LIMIT))
                        .close())
                .doesNotThrowAnyException();
    }

    @Test
    void whatTheLibraryRefusesByItselfIsTold() throws Exception {
        Path model = split("(?<unclosed");

        assertThatThrownBy(() -> Tokenizer.open(model, trial)).hasMessageContaining("is refused: it cannot be read");
    }

    @Test
    void verdictsThatCannotBeKeptHarmNothing() throws Exception {
        TokenizerTrial unkept =
                new TokenizerTrial(Files.writeString(folder.resolve("file"), "").resolve("in-it"), LIMIT);

        assertThatCode(() -> Tokenizer.open(split("\\\\p{L}+"), unkept).close()).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void theExamplesWereTriedBefore(GoldenModel model) throws Exception {
        byte[] file = Files.readAllBytes(model.folder().resolve("tokenizer.json"));
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
        trial.tryOut(folder.resolve("missing.json"), hash);

        assertThat(verdicts).doesNotExist();
    }
}
