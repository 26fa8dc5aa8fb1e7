package dev.weir.config.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.PrettyJson;
import dev.weir.config.reader.ChapterTest;
import dev.weir.config.yaml.ProblemList;
import dev.weir.config.yaml.SourceText;
import dev.weir.config.yaml.YamlNode;
import dev.weir.config.yaml.YamlParser;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The JSON Schema agrees with the records and readers, and accepts the same configurations.
 *
 * <p>{@code mvn test -Dtest=ConfigSchemaTest -Dweir.schema.write} writes it again.
 */
class ConfigSchemaTest {
    private static final Path SOURCE = Path.of("src/main/resources/dev/weir/config/schema", ConfigSchema.FILE);
    /** Faults that are not faults of shape. */
    private static final Set<String> ONLY_THE_READER_FINDS = Set.of(
            // Names without a target, or with several targets.
            "action-id-misspelt",
            "action-not-chosen",
            "component-id-misspelt",
            "component-id-reserved",
            "component-id-misspelt-beside-an-action",
            "component-id-unknown",
            "component-ids-twice",
            "component-not-chosen",
            "dependency-on-an-unknown-job",
            "job-ids-twice",
            "no-component-at-all",
            "output-of-an-unknown-job",
            "router-to-an-unknown-job",
            "two-default-actions",
            "two-default-components",
            "two-default-workflows",
            "workflow-output-of-an-unknown-job",
            // Paths and names that clash.
            "mcp-below-openai",
            "openai-at-the-path-of-the-api",
            "two-tools-with-one-name",
            // Unknown callers, and keys in other places.
            "allow-of-nobody-who-is-known",
            "allow-without-auth",
            "tokens-with-a-missing-file-of-keys",
            // The content of files, and the parts of URLs.
            "http-version-2-without-tls",
            "tls-files-that-are-wrong",
            "tls-of-unset-variables",
            // Jobs that depend on each other, and too many jobs.
            "circle-through-outputs",
            "job-that-needs-its-own-output",
            "job-that-waits-for-itself",
            "router-in-a-circle",
            "thousand-and-one-jobs",
            "two-jobs-in-a-circle",
            // Expressions that do not parse, and sources that do not exist at their place.
            "chunk-in-a-workflow",
            "condition-with-text-around",
            "expression-after-wide-characters",
            "expression-in-a-block",
            "expression-in-double-quotes",
            "expression-in-folded-text",
            "expression-in-single-quotes",
            "expression-never-closed",
            "expression-with-an-unknown-source",
            "expression-with-an-unknown-type",
            "expression-with-one-equals-sign",
            "expressions-in-many-places",
            "input-in-a-setting",
            "item-outside-a-filter",
            "job-output-in-a-component",
            "response-in-a-model",
            "response-in-a-request",
            "result-chunk-in-an-http-client",
            "result-in-an-http-client",
            "select-without-options",
            "server-that-leaves-its-folder",
            "servers-on-one-port",
            "splitter-with-bounds-in-the-wrong-order",
            // Operators of mappings, and regular expressions.
            "operators-of-every-fault",
            "match-patterns-malformed",
            // The values of environment variables.
            "dot-env-beside",
            "model-from-an-unset-variable",
            "number-from-a-variable-of-text",
            // Keys that exclude streaming.
            "stream-framing-of-bytes-as-json",
            "stream-framing-without-a-format",
            "streaming-an-embedding",
            "streaming-several-sequences",
            "streaming-several-texts",
            "streaming-with-a-batch");

    @TempDir
    Path folder;

    private static List<String> faults(Path file) throws IOException {
        return SchemaCheck.faults(parsed(file).plain());
    }

    private static @Nullable YamlNode parsed(Path file) throws IOException {
        ProblemList problems = new ProblemList();
        YamlNode root = new YamlParser(new SourceText(file, Files.readString(file)), problems).parse();
        return problems.errors().isEmpty() ? root : null;
    }

    @Test
    void isWhatTheRecordsGive() throws IOException {
        String generated = PrettyJson.write(JsonSchemaGenerator.generate());
        if (System.getProperty("weir.schema.write") != null) {
            Files.writeString(SOURCE, generated);
        }
        assertThat(SOURCE).hasContent(generated);
    }

    @Test
    void isASchemaOfTheDialectThatItNames() {
        assertThat(SchemaCheck.faultsOfTheSchema()).isEmpty();
    }

    @Test
    void isWhereTheQuickstartTellsEditorsToLook() throws IOException {
        Path example = Path.of("examples/quickstart/model-compose.yml");
        Matcher comment =
                Pattern.compile("# yaml-language-server: \\$schema=(.*)").matcher(Files.readString(example));

        assertThat(comment.find()).isTrue();
        assertThat(example.resolveSibling(comment.group(1))).hasSameBinaryContentAs(SOURCE);
    }

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("examples"))) {
            return files.filter(file -> file.toString().endsWith(".yml")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void takesEveryExample(Path example) throws IOException {
        assertThat(faults(example)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.weir.config.reader.ChapterTest#blocks")
    void takesEveryBlockOfTheChapter(String block) throws IOException {
        Path file = Files.writeString(folder.resolve("model-compose.yml"), ChapterTest.framed(block));

        assertThat(faults(file)).isEmpty();
    }

    @Test
    void refusesEveryBrokenConfigurationButThoseThatOnlyTheReaderUnderstands() throws Exception {
        List<String> taken = new ArrayList<>();
        for (Path file : broken()) {
            if (parsed(file) != null && faults(file).isEmpty()) {
                taken.add(file.getFileName().toString().replace(".yml", ""));
            }
        }
        assertThat(taken).containsExactlyInAnyOrderElementsOf(ONLY_THE_READER_FINDS);
    }

    private static List<Path> broken() throws IOException, URISyntaxException {
        Path folder =
                Path.of(ConfigSchemaTest.class.getResource("/config/broken").toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".yml"))
                    .sorted()
                    .toList();
        }
    }
}
