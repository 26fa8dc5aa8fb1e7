package dev.weir.config.reader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The streaming chapter of the model-compose guide: every YAML block loads as printed. */
public class ChapterTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^( *)```yaml\n(.*?)^ *```");
    private static final Map<String, String> ENVIRONMENT =
            Map.of("OPENAI_API_KEY", "sk-openai", "ANTHROPIC_API_KEY", "sk-anthropic");

    /** The frame of a block that is only a part of a configuration. */
    private static final String CLIENT = """
            component:
              type: http-client
              endpoint: http://localhost/
            """;

    @TempDir
    Path folder;

    public static List<String> blocks() throws IOException {
        try (InputStream chapter = ChapterTest.class.getResourceAsStream("/config/streaming-chapter.md")) {
            String text = new String(chapter.readAllBytes(), StandardCharsets.UTF_8);
            return BLOCK.matcher(text).results().map(ChapterTest::dedented).toList();
        }
    }

    private static String dedented(MatchResult block) {
        return block.group(2).replaceAll("(?m)^" + block.group(1), "");
    }

    @Test
    void theChapterHasAllItsBlocks() throws IOException {
        assertThat(blocks()).hasSize(22);
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void everyBlockLoadsWithoutAProblem(String block) throws IOException {
        Path file = Files.writeString(folder.resolve("model-compose.yml"), framed(block));

        LoadResult result = ConfigReader.read(List.of(file), ENVIRONMENT);

        assertThat(result)
                .isInstanceOfSatisfying(
                        LoadResult.Loaded.class,
                        loaded -> assertThat(loaded.warnings()).isEmpty());
    }

    /** A block, completed to a whole configuration. */
    public static String framed(String block) {
        Matcher top = Pattern.compile("(?m)^(\\w+):").matcher(block);
        List<String> keys = top.results().map(key -> key.group(1)).toList();
        if (keys.contains("workflows")) {
            return block;
        }
        if (keys.contains("component")) {
            return keys.contains("workflow") ? block : "workflow: {title: Framed}\n" + block;
        }
        if (keys.contains("workflow")) {
            return block + CLIENT;
        }
        boolean ofWorkflow = block.contains("${output");
        if (ofWorkflow) {
            return "workflow:\n" + block.indent(2) + CLIENT;
        }
        String format = keys.contains("stream_format") ? "" : "  stream_format: json\n";
        return "workflow: {title: Framed}\n" + CLIENT + format + block.indent(2);
    }
}
