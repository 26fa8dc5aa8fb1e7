package dev.weir.config.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.ComponentConfig;
import dev.weir.config.ComponentNames;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files in the shapes of model-compose's newest examples load; only a component with a missing part fails, by name. */
class NewestShapesTest {
    /**
     * The files, each after a line with its name, the components that fail, and a word of each warning in the order of the
     * file.
     */
    private static final Path SHAPES = Path.of("src/test/resources/compat-newest/shapes.txt");

    private static final String HEAD = "--- ";

    @TempDir
    Path folder;

    static List<Arguments> shapes() throws IOException {
        List<Arguments> shapes = new ArrayList<>();
        for (String shape : Files.readString(SHAPES).split("(?m)^" + HEAD, -1)) {
            if (!shape.isEmpty()) {
                int end = shape.indexOf('\n');
                String[] head = shape.substring(0, end).split("\\|", -1);
                shapes.add(Arguments.of(head[0].strip(), words(head[1]), words(head[2]), shape.substring(end + 1)));
            }
        }
        return shapes;
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split(" ", -1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    void onlyAComponentWithAMissingPartFails(String name, List<String> failing, List<String> words, String yaml)
            throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".yml"), yaml);

        LoadResult.Loaded loaded = loaded(file);

        assertThat(loaded.config().components())
                .filteredOn(UnavailableConfig.class::isInstance)
                .extracting(ComponentConfig::id)
                .filteredOn(ComponentNames::isNamed)
                .containsExactlyElementsOf(failing);
        assertThat(loaded.warnings()).as(loaded.warnings().toString()).hasSameSizeAs(words);
        for (int i = 0; i < words.size(); i++) {
            assertThat(loaded.warnings().get(i).message())
                    .contains(words.get(i))
                    .doesNotContain("there is no");
        }
        assertThat(SchemaCheck.faults(plain(file))).isEmpty();
        assertThat(loaded.config().workflows())
                .allSatisfy(workflow ->
                        assertThat(WorkflowSchema.of(workflow, loaded.config())).isNotNull());
    }

    @Test
    void theShapesAreMany() throws IOException {
        assertThat(shapes()).hasSizeGreaterThanOrEqualTo(60);
    }

    private static LoadResult.Loaded loaded(Path file) {
        LoadResult result = ConfigReader.read(List.of(file), Map.of("KEY", "k"));
        if (result instanceof LoadResult.Loaded loaded) {
            return loaded;
        }
        List<Problem> problems = ((LoadResult.Rejected) result).problems();
        throw new AssertionError(problems.toString());
    }

    private static Object plain(Path file) throws IOException {
        SourceText text = new SourceText(file, Files.readString(file));
        return Objects.requireNonNull(new YamlParser(text, new ProblemList()).parse())
                .plain();
    }
}
