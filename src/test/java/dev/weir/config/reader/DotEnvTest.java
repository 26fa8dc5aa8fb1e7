package dev.weir.config.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.yaml.ProblemList;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DotEnvTest {
    @TempDir
    Path folder;

    private final ProblemList problems = new ProblemList();

    private Map<String, String> read(byte[] bytes) throws IOException {
        Files.write(folder.resolve(".env"), bytes);
        return DotEnv.read(folder, problems);
    }

    /** The results of python-dotenv 1.1 for the same files, without interpolation. */
    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of("\uFEFFFIRST=1\nSECOND=2\n", Map.of("FIRST", "1", "SECOND", "2")),
                Arguments.of(
                        "FIRST=1\nPEM=\"line one\nline two\"\nLAST=3",
                        Map.of("FIRST", "1", "PEM", "line one\nline two", "LAST", "3")),
                Arguments.of("A='one\r\ntwo'\r\nB=2\r\n", Map.of("A", "one\r\ntwo", "B", "2")),
                Arguments.of("A=1\rB=2\r", Map.of("A", "1", "B", "2")),
                Arguments.of("NAME\nB=2", Map.of("B", "2")),
                Arguments.of(
                        "my.odd-name=1\n9x=2\n'in quotes'=3\n한글=4",
                        Map.of("my.odd-name", "1", "9x", "2", "in quotes", "3", "한글", "4")),
                Arguments.of("export A=1\nexport\tB = 2 \n  export   C=3", Map.of("A", "1", "B", "2", "C", "3")),
                Arguments.of("export=1\nexported=2", Map.of("export", "1", "exported", "2")),
                Arguments.of(
                        "A=x # y\nB=x#y\nC='x # y' # z\nD=\"x\"#z\nE=x\t#z",
                        Map.of("A", "x", "B", "x#y", "C", "x # y", "D", "x", "E", "x")),
                Arguments.of("A=#x\nB= \nC=''\nD=\"\"", Map.of("A", "#x", "B", "", "C", "", "D", "")),
                Arguments.of(
                        "A='it\\'s \\\\ \\n'\nB=\"a\\nb\\t\\\"c\\\" \\$ \\x\"",
                        Map.of("A", "it's \\ \\n", "B", "a\nb\t\"c\" \\$ \\x")),
                Arguments.of("A=${B}\nB=$C\nD='${B}'", Map.of("A", "${B}", "B", "$C", "D", "${B}")),
                Arguments.of("A=1\nA=2", Map.of("A", "2")),
                Arguments.of("A==b=c\nB=it's\n", Map.of("A", "=b=c", "B", "it's")),
                Arguments.of("   # comment\n\n\t\n#A=1\nB=2", Map.of("B", "2")),
                Arguments.of("", Map.of()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isReadAsPythonReadsIt(String text, Map<String, String> variables) throws IOException {
        assertThat(read(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(variables);
        assertThat(problems.warnings()).isEmpty();
        assertThat(problems.errors()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatCannotBeReadIsAWarningWithItsLine(byte[] bytes, Map<String, String> variables, int line, String told)
            throws IOException {
        assertThat(read(bytes)).isEqualTo(variables);
        assertThat(problems.errors()).isEmpty();
        assertThat(problems.warnings()).singleElement().satisfies(warning -> {
            assertThat(warning.location().line()).isEqualTo(line);
            assertThat(warning.message()).contains(told);
        });
    }

    static Stream<Arguments> wrong() {
        Charset korean = Charset.forName("EUC-KR");
        return Stream.of(
                Arguments.of(utf8("A=1\n=2\nB=3"), Map.of("A", "1", "B", "3"), 2, "NAME=value"),
                Arguments.of(utf8("A=1\r\n\r\nX='open\r\nB=3"), Map.of("A", "1", "B", "3"), 3, "NAME=value"),
                Arguments.of(utf8("A=1\rX=\"a\" b\rB=3"), Map.of("A", "1", "B", "3"), 2, "NAME=value"),
                Arguments.of(utf8("two words=3\nB=3"), Map.of("B", "3"), 1, "NAME=value"),
                Arguments.of("A=1\nB=한글\nC=3".getBytes(korean), Map.of("A", "1", "C", "3"), 2, "UTF-8"),
                Arguments.of("A=1".getBytes(StandardCharsets.UTF_16), Map.of(), 1, "UTF-16"),
                Arguments.of(new byte[(1 << 20) + 1], Map.of(), 1, "1 MiB"));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theLineOfALaterWarningCountsThoseWithinQuotes() throws IOException {
        read(utf8("A='1\n2\n3'\n=x\nB=1\n=y"));

        assertThat(problems.warnings())
                .extracting(warning -> warning.location().line())
                .containsExactly(4, 6);
    }
}
