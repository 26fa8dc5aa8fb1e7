package dev.weir.config.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.ComponentConfig;
import dev.weir.config.UnavailableConfig;
import dev.weir.config.reader.ConfigReader;
import dev.weir.config.reader.LoadResult;
import dev.weir.config.yaml.Problem;
import dev.weir.config.yaml.ProblemList;
import dev.weir.config.yaml.SourceText;
import dev.weir.config.yaml.YamlParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files in the shapes of model-compose's first examples load; only a component with a missing part fails, by name. */
class CompatibleShapesTest {
    private static final Path FOLDER = Path.of("src/test/resources/compat");
    /** The file, the components that fail, and a word of each warning. */
    private static final String SHAPES = """
            callback-http              | late   | listener gateway callback
            chat-http                  |        |
            chat-http-stream           |        |
            chat-http-stream-fragments |        | stream_fragmented
            chat-http-variants         |        |
            conditional-jobs           |        |
            datasets                   | rows   | datasets
            delayed-jobs               |        | retry on_error
            filtered-list              |        |
            image-http                 |        |
            image-http-edit            |        |
            managed-model-server       |        |
            managed-server             |        |
            mcp-server                 |        |
            model-chat                 |        |
            model-classification       |        |
            model-embedding            |        |
            model-generation           |        |
            model-image-to-text        | eyes   | image-to-text
            model-image-upscale        | larger | image-upscale
            model-summarization        |        |
            model-summarization-stream |        |
            model-translation          |        |
            model-translation-stream   |        |
            multi-action-http          |        |
            polling-http               |        |
            random-jobs                |        | weight weight
            several-jobs-http          |        |
            speech-http                |        |
            switched-jobs              |        |
            vector-store               | store  | vector-store
            vector-store-other         | store  | vector-store
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', emptyValue = "", textBlock = SHAPES)
    void onlyAComponentWithAMissingPartFails(String file, String failing, String words) throws IOException {
        Path path = FOLDER.resolve(file + ".yml");
        List<String> expected = words == null ? List.of() : List.of(words.split(" ", -1));

        LoadResult.Loaded loaded = loaded(path);

        assertThat(loaded.config().components())
                .filteredOn(UnavailableConfig.class::isInstance)
                .extracting(ComponentConfig::id)
                .isEqualTo(failing == null ? List.of() : List.of(failing));
        assertThat(loaded.warnings()).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            Problem warning = loaded.warnings().get(i);
            assertThat(warning.message()).contains("'" + expected.get(i) + "'");
            assertThat(warning.location().line()).isPositive();
        }
        assertThat(SchemaCheck.faults(plain(path))).isEmpty();
    }

    @Test
    void everyShapeIsTried() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<String> names = files.map(file -> file.getFileName().toString().replace(".yml", ""))
                    .sorted()
                    .toList();

            assertThat(names)
                    .hasSize(32)
                    .isEqualTo(SHAPES.lines()
                            .map(line -> line.substring(0, line.indexOf(" ")))
                            .toList());
        }
    }

    private static LoadResult.Loaded loaded(Path file) {
        LoadResult result = ConfigReader.read(List.of(file), Map.of());
        if (result instanceof LoadResult.Loaded loaded) {
            return loaded;
        }
        throw new AssertionError(((LoadResult.Rejected) result).problems());
    }

    private static Object plain(Path file) throws IOException {
        SourceText text = new SourceText(file, Files.readString(file));
        return Objects.requireNonNull(new YamlParser(text, new ProblemList()).parse())
                .plain();
    }
}
