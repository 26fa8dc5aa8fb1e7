package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.reader.ConfigReader;
import dev.weir.config.reader.LoadResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every link, setting, problem type and configuration in the documentation exists and is valid, and every page has a limited
 * length.
 */
class DocumentationTest {
    private static final Path ROOT = Path.of("");
    private static final Path SETTINGS = Path.of("docs/settings.md");
    private static final int LONGEST_PAGE = 400;
    private static final int LONGEST_README = 120;

    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?://|mailto:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\\n(.*?)^```");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(weir\\.[a-z.-]+)` \\|");
    private static final Pattern SETTING = Pattern.compile(
            "`-?D?(weir\\.(?:config|start|runs|stream|sse|task|metrics|http|model|processes|shutdown)\\b(?:\\.[a-z][a-z.-]*)?)");
    private static final Pattern TYPE = Pattern.compile("urn:weir:problem:([a-z-]+)");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env\\.([A-Z_]+)");

    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> top = Files.list(Path.of("."))) {
            top.map(Path::normalize).filter(DocumentationTest::isPage).forEach(pages::add);
        }
        for (String folder : List.of("docs", "deployments", "examples")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                files.filter(DocumentationTest::isPage).forEach(pages::add);
            }
        }
        return pages;
    }

    static List<Path> reference() throws IOException {
        return pages().stream()
                .filter(page -> page.startsWith("docs") || page.getNameCount() == 1)
                .toList();
    }

    private static boolean isPage(Path file) {
        return file.toString().endsWith(".md") && Files.isRegularFile(file);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<MatchResult> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    private static Set<String> anchors(Path page) {
        Set<String> anchors = new TreeSet<>();
        Map<String, Integer> seen = new HashMap<>();
        for (MatchResult heading : all(HEADING, CODE.matcher(text(page)).replaceAll(""))) {
            String slug = heading.group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-');
            int before = seen.merge(slug, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? slug : slug + "-" + before);
        }
        return anchors;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(Path page) {
        for (MatchResult link : all(LINK, CODE.matcher(text(page)).replaceAll(""))) {
            Path target = link.group(1).isEmpty()
                    ? page
                    : ROOT.resolve(page).resolveSibling(link.group(1)).normalize();
            assertThat(target).as("%s in %s", link.group(), page).exists();
            if (link.group(2) != null && isPage(target)) {
                assertThat(anchors(target)).as("%s in %s", link.group(), page).contains(link.group(2));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everySettingThatIsNamedExists(Path page) {
        Set<String> settings =
                all(ROW, text(SETTINGS)).stream().map(row -> row.group(1)).collect(Collectors.toSet());
        for (MatchResult setting : all(SETTING, text(page))) {
            String key = setting.group(1).replaceAll("[.-]+$", "");
            assertThat(settings)
                    .as("%s in %s", setting.group(1), page)
                    .anyMatch(known -> known.equals(key) || known.startsWith(key + "."));
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyProblemTypeThatIsNamedExists(Path page) {
        Set<String> types =
                Arrays.stream(ErrorCode.values()).map(ErrorCode::type).collect(Collectors.toSet());
        for (MatchResult type : all(TYPE, text(page))) {
            assertThat(types).as("in %s", page).contains(type.group());
        }
    }

    @Test
    void everyProblemTypeIsDocumentedWithItsStatus() {
        String page = text(Path.of("docs/api.md"));
        for (ErrorCode code : ErrorCode.values()) {
            String slug = code.type().substring(code.type().lastIndexOf(':') + 1);
            assertThat(page.lines().filter(line -> line.startsWith("|")))
                    .as(slug)
                    .anyMatch(line -> line.contains("`" + slug + "`") && line.contains(String.valueOf(code.status())));
        }
    }

    @ParameterizedTest
    @MethodSource("reference")
    void everyConfigurationCanBeLoaded(Path page, @TempDir Path folder) throws IOException {
        for (MatchResult block : all(YAML, text(page))) {
            String yaml = completed(block.group(1));
            if (yaml.isEmpty()) {
                continue;
            }
            Map<String, String> environment = new HashMap<>();
            all(VARIABLE, yaml)
                    .forEach(variable -> environment.put(variable.group(1), "the-value-of-" + variable.group(1)));
            Path file = Files.writeString(folder.resolve("model-compose.yml"), withoutFiles(yaml));
            LoadResult result = ConfigReader.read(List.of(file), environment);
            assertThat(result).as("%s%n%s%n%s", page, yaml, result).isInstanceOf(LoadResult.Loaded.class);
        }
    }

    /** Completes a part of a configuration; empty if the text is not a configuration. */
    private static String completed(String yaml) {
        boolean workflows = yaml.matches("(?s)(.*\\n)?workflows?:.*");
        boolean components = yaml.matches("(?s)(.*\\n)?components?:.*");
        boolean controller = yaml.matches("(?s)(.*\\n)?controller:.*");
        if (!workflows && !components && !controller) {
            return "";
        }
        String whole = yaml;
        if (!workflows) {
            whole += "\nworkflow:\n  title: completed\n";
        }
        if (!components) {
            whole += "\ncomponent:\n  type: http-client\n  endpoint: http://127.0.0.1:9\n";
        }
        return whole;
    }

    /** Removes the references to files, which do not exist here. */
    private static String withoutFiles(String yaml) {
        return yaml.lines()
                .filter(line -> !line.matches("\\s*(ca|certificate|key|file): .*\\.(pem|txt)\\b.*"))
                .filter(line -> !line.matches("\\s*key: \\$\\{env\\.[A-Z_]+FILE}.*"))
                .filter(line -> !line.matches("\\s*tls: \\{ca: .*"))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    @ParameterizedTest
    @MethodSource("reference")
    void noPageIsTooLong(Path page) {
        int most = page.equals(Path.of("README.md")) ? LONGEST_README : LONGEST_PAGE;
        assertThat(text(page).lines().count()).as(page.toString()).isLessThanOrEqualTo(most);
    }
}
