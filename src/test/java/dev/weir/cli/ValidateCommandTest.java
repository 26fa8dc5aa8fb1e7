package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weir.cli.Commands.Result;
import dev.weir.config.reader.ConfigReader;
import dev.weir.config.reader.LoadResult;
import dev.weir.json.Json;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reports and exit statuses of {@code weir validate}. */
class ValidateCommandTest {
    private static final Map<String, String> KEYS =
            Map.of("WEIR_KEY_ALICE", "0123456789abcdef-of-alice", "WEIR_KEY_READER", "0123456789abcdef-of-reader");
    private static final String BROKEN = """
            component:
              type: http-client
              base_url: https://example.org
              path: /größe
              boddy: {}
            workflow:
              title: Greeting
              component: other
            """;
    private static final String WARNED = """
            component: {type: http-client, endpoint: "https://example.org/${env.WEIR_TEST_ABSENT}"}
            workflow: {title: Greeting}
            """;

    @TempDir
    Path folder;

    private Path broken;
    private Path warned;

    @BeforeEach
    void write() throws IOException {
        broken = Files.writeString(folder.resolve("a file.yml"), BROKEN);
        warned = Files.writeString(folder.resolve("warned.yml"), WARNED);
    }

    private static Result validate(Object... words) {
        return Commands.run(
                Map.of(),
                Stream.concat(Stream.of("validate"), Stream.of(words).map(Object::toString))
                        .toArray(String[]::new));
    }

    private static List<Map<?, ?>> maps(Object list) {
        List<Map<?, ?>> maps = new ArrayList<>();
        ((List<?>) list).forEach(element -> maps.add((Map<?, ?>) element));
        return maps;
    }

    @Test
    void everyProblemHasItsPlaceAndItsRemedy() {
        Result result = validate(broken);

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out().lines())
                .containsExactly(
                        broken + ":5:3: error: component.boddy: unknown key 'boddy'",
                        "    did you mean 'body'?",
                        broken + ":8:14: error: workflow.component: there is no component 'other'",
                        "    there are __component__");
    }

    @Test
    void theProblemsAreThoseOfTheServer() {
        LoadResult.Rejected rejected = (LoadResult.Rejected) ConfigReader.read(List.of(broken), Map.of());

        List<String> lines = new ArrayList<>();
        Finding.of(List.of(broken), Map.of())
                .all()
                .forEach(one -> lines.add(one.file() + ":" + one.line() + ":" + one.column() + ": " + one.text()
                        + (one.remedy().isEmpty() ? "" : "; " + one.remedy())));

        assertThat(lines)
                .containsExactlyElementsOf(
                        rejected.problems().stream().map(Object::toString).toList());
    }

    @Test
    void everyExampleIsValid() throws IOException {
        List<String> words = new ArrayList<>(List.of("validate", "--each"));
        try (Stream<Path> files = Files.list(Path.of("examples"))) {
            files.map(example -> example.resolve("model-compose.yml"))
                    .filter(Files::exists)
                    .sorted()
                    .forEach(file -> words.add(file.toString()));
        }
        assertThat(words).hasSizeGreaterThan(6);

        Result result = Commands.run(KEYS, words.toArray(String[]::new));

        assertThat(result.status()).as(result.out()).isZero();
        assertThat(result.out()).doesNotContain("error:");
    }

    @Test
    void aWarningFailsOnlyWithStrict() {
        assertThat(validate(warned).status()).isZero();
        assertThat(validate(warned).out()).contains("warning: environment variables are not set: WEIR_TEST_ABSENT");
        assertThat(validate("--strict", warned).status()).isEqualTo(1);
        assertThat(validate("--strict", "-e", "WEIR_TEST_ABSENT=x", warned))
                .satisfies(given -> assertThat(given.status()).isZero())
                .satisfies(given -> assertThat(given.out()).isEmpty());
    }

    @Test
    void severalFilesAreOneConfigurationUnlessEachIsChecked() throws IOException {
        Path component = Files.writeString(
                folder.resolve("component.yml"), "component: {type: http-client, endpoint: 'https://example.org'}\n");
        Path workflow = Files.writeString(folder.resolve("workflow.yml"), "workflow: {title: Greeting}\n");

        assertThat(validate(component, workflow).status()).isZero();
        assertThat(validate("--each", component, workflow).status()).isEqualTo(1);
    }

    @Test
    void aFileThatIsAbsentOrAFolderIsAProblem() {
        assertThat(validate(folder.resolve("none.yml")))
                .satisfies(result -> assertThat(result.status()).isEqualTo(1))
                .satisfies(result -> assertThat(result.out()).contains("none.yml:1:1: error: there is no such file"));
        assertThat(validate(folder))
                .satisfies(result -> assertThat(result.status()).isEqualTo(1))
                .satisfies(result -> assertThat(result.out()).contains("the file cannot be read"));
    }

    @Test
    void jsonHasEachPart() {
        Result result = validate("--json", broken);

        assertThat(result.status()).isEqualTo(1);
        Map<?, ?> report = (Map<?, ?>) Json.parse(result.out());
        assertThat(report.get("files")).isEqualTo(List.of(broken.toString()));
        assertThat(maps(report.get("problems")).get(0))
                .isEqualTo(Map.of(
                        "file", broken.toString(),
                        "line", 5,
                        "column", 3,
                        "severity", "error",
                        "path", "component.boddy",
                        "message", "unknown key 'boddy'",
                        "remedy", "did you mean 'body'?"));
    }

    @Test
    void sarifNamesTheRuleThePlaceAndARelativeAddress() {
        Result result = validate("--sarif", "--each", "--base", folder, broken, warned);

        Map<?, ?> log = (Map<?, ?>) Json.parse(result.out());
        assertThat(log.get("version")).isEqualTo("2.1.0");
        Map<?, ?> run = maps(log.get("runs")).get(0);
        Map<?, ?> driver = (Map<?, ?>) ((Map<?, ?>) run.get("tool")).get("driver");
        List<Object> rules = new ArrayList<>();
        maps(driver.get("rules")).forEach(rule -> rules.add(rule.get("id")));
        List<Map<?, ?>> results = maps(run.get("results"));
        assertThat(results).isNotEmpty().allSatisfy(one -> assertThat(rules).contains(one.get("ruleId")));
        assertThat(results.get(0).get("level")).isEqualTo("error");
        assertThat(Json.write(results.get(0).get("locations")))
                .isEqualTo("[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"a%20file.yml\"},"
                        + "\"region\":{\"startLine\":5,\"startColumn\":3}}}]");
    }

    @Test
    void sarifTellsThatProblemsAreLeftOut() {
        for (int more : new int[] {0, 7}) {
            Map<?, ?> log = (Map<?, ?>) Json.parse(FindingReports.sarif(folder, new Finding.Findings(List.of(), more)));

            Map<?, ?> invocation =
                    maps(maps(log.get("runs")).get(0).get("invocations")).get(0);
            assertThat(invocation.get("executionSuccessful")).isEqualTo(true);
            assertThat(maps(invocation.get("toolExecutionNotifications"))).hasSize(more == 0 ? 0 : 1);
            assertThat(Json.write(invocation).contains("and 7 more")).isEqualTo(more == 7);
        }
    }

    @Test
    void theFingerprintOfAProblemOutlivesInsertedLines() throws IOException {
        Object before = fingerprints();
        Files.writeString(broken, "# A comment\n\n" + BROKEN);

        assertThat(fingerprints()).isEqualTo(before);
    }

    private List<Object> fingerprints() {
        Map<?, ?> log = (Map<?, ?>)
                Json.parse(validate("--sarif", "--base", folder, broken).out());
        List<Object> prints = new ArrayList<>();
        maps(maps(log.get("runs")).get(0).get("results"))
                .forEach(result -> prints.add(result.get("partialFingerprints")));
        assertThat(prints).hasSize(2).doesNotHaveDuplicates();
        return prints;
    }

    @Test
    void aReportGoesToAFileWithoutColours() throws IOException {
        Path report = folder.resolve("report.txt");

        Result result = Commands.run(Map.of(), true, "validate", "-o", report.toString(), broken.toString());

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(report).content().contains(": error: component.boddy").doesNotContain("\u001b");
    }

    @Test
    void anOutputThatCannotBeWrittenFailsTheCommand() throws IOException {
        Path full = Path.of("/dev/full");
        assumeThat(full).exists();
        for (String command : List.of("validate", "schema")) {
            List<String> words = new ArrayList<>(List.of(command));
            if (command.equals("validate")) {
                words.add(warned.toString());
            }
            try (OutputStream out = new FileOutputStream(full.toFile())) {
                assertThat(Commands.run(out, words.toArray(String[]::new)))
                        .as(command)
                        .satisfies(result -> assertThat(result.status()).isEqualTo(1))
                        .satisfies(result -> assertThat(result.err()).contains("the output cannot be written: "));
            }
            words.addAll(List.of("-o", full.toString()));
            assertThat(Commands.run(Map.of(), words.toArray(String[]::new)))
                    .as(command + " -o")
                    .satisfies(result -> assertThat(result.status()).isEqualTo(1))
                    .satisfies(result -> assertThat(result.err()).contains("the output cannot be written: "));
        }
    }

    @Test
    void aReaderThatLeavesKeepsTheStatus() {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };

        assertThat(Commands.run(closed, "validate", broken.toString()))
                .satisfies(result -> assertThat(result.status()).isEqualTo(1))
                .satisfies(result -> assertThat(result.err()).isEmpty());
        assertThat(Commands.run(closed, "validate", warned.toString()).status()).isZero();
    }

    @Test
    void aFolderOfTheOutputThatIsAbsentIsNamed() {
        Path absent = folder.resolve("none").resolve("report.txt");

        assertThat(validate("-o", absent, broken))
                .satisfies(result -> assertThat(result.status()).isEqualTo(1))
                .satisfies(result -> assertThat(result.err()).isEqualTo("weir: " + absent + ": no such file\n"));
    }

    @Test
    void coloursAreOnlyOnATerminal() {
        assertThat(validate(broken).out()).doesNotContain("\u001b");
        assertThat(Commands.run(Map.of(), true, "validate", broken.toString()).out())
                .contains("\u001b[31merror:\u001b[0m");
    }

    @Test
    void secretsAreMasked() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret.yml"), """
                component:
                  type: http-client
                  endpoint: https://example.org
                  timeout: ${env.WEIR_TEST_SECRET}
                workflow: {title: Greeting}
                """);

        Result result = Commands.run(Map.of("WEIR_TEST_SECRET", "s3cr3t-words"), "validate", secret.toString());

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).contains("component.timeout").doesNotContain("s3cr3t-words");
    }

    @Test
    void wrongUseHasAHint() {
        assertThat(Commands.run(Map.of(), "validat"))
                .satisfies(result -> assertThat(result.status()).isEqualTo(2))
                .satisfies(result -> assertThat(result.err()).contains("Did you mean: weir validate"));
        assertThat(validate("--json", "--sarif", broken).status()).isEqualTo(2);
        assertThat(validate().status()).isEqualTo(2);
    }
}
