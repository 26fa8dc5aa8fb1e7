package dev.weir.config.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.binding.EnvironmentVariables;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Long files, each of one kind of text: the time of reading grows linearly with the length. Quadratic time would be minutes. */
@Tag("slow")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LongTextsTest {
    private static final int LENGTH = 1 << 20;

    @TempDir
    Path folder;

    static Stream<String> repeated() {
        return Stream.of(
                "a",
                "f",
                "0",
                ".",
                "a.",
                "+",
                "-",
                " ",
                "\t",
                ":",
                "/",
                "://",
                "a://",
                "a://b@",
                "@",
                "%",
                "%4",
                "\\",
                "\\u",
                "$",
                "${",
                "$${",
                "}",
                "{",
                "(",
                ")",
                "[",
                "]",
                "|",
                "!",
                "'",
                "\"",
                "#",
                "&",
                "*",
                ",",
                "=",
                "é",
                "한",
                "\uD83D\uDE00",
                "\n",
                "a\n",
                "- ",
                "? ",
                "a: ",
                "${env.a}",
                "${input.a | b }",
                "@(",
                "Bearer ",
                "------",
                "MI",
                "_");
    }

    @ParameterizedTest
    @MethodSource("repeated")
    void areReadInTimeThatGrowsWithTheirLength(String text) throws Exception {
        for (String yaml : files(text)) {
            Path file = Files.writeString(folder.resolve("model-compose.yml"), yaml);

            assertThat(ConfigReader.read(List.of(file), Map.of())).isNotNull();
        }
    }

    @ParameterizedTest
    @MethodSource("repeated")
    void areReadAsVariables(String text) throws Exception {
        String all = repeatedTo(text, 500_000);
        Files.writeString(folder.resolve(".env"), all);
        Path file = Files.writeString(folder.resolve("model-compose.yml"), "workflow: {component: c}");
        assertThat(ConfigReader.read(List.of(file), Map.of())).isNotNull();
        Files.writeString(folder.resolve(".env"), "A='" + all + "'\nB=\"" + all + "\"\nC=\"" + all);
        assertThat(ConfigReader.read(List.of(file), Map.of("HTTPS_PROXY", all, "PASSWORD", all)))
                .isNotNull();
        HarmlessValue.is(all);
    }

    @ParameterizedTest
    @MethodSource("repeated")
    void areMasked(String text) {
        EnvironmentVariables variables = EnvironmentVariables.of(
                        Map.of("A", "s3cret/+value", "B", "aaaaab", "C", "%%%%%x"), Map.of())
                .referencedBy(Set.of("A", "B", "C"), Set.of());
        String all = repeatedTo(text, LENGTH);

        assertThat(variables.mask(all)).hasSameSizeAs(all);
    }

    /** Files with {@code text} in lines of about 500,000 characters. */
    private static List<String> files(String text) {
        String line = repeatedTo(text.replace("'", "''").replace("\n", "\n "), 500_000);
        String call = "workflow: {component: c}\ncomponent:\n  id: c\n  type: http-client\n  endpoint: x\n";
        return List.of(
                repeatedTo(text, LENGTH),
                call + "  output: '${output." + line + "}'\n  body: '${input.a | " + line
                        + "}'\n  headers: {password: '" + line + "'}\n  params: '" + line + "'",
                "controller: {base_path: '" + line + "', origins: '" + line + "'}\n" + call + "  tls: {ca: '" + line
                        + "'}\n  timeout: '" + line + "'");
    }

    private static String repeatedTo(String text, int bytes) {
        return text.repeat(bytes / text.getBytes(StandardCharsets.UTF_8).length);
    }
}
