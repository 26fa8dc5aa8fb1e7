package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.FreePort;
import dev.weir.config.schema.ConfigSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code java -jar weir.war} in a process of its own. */
@Timeout(180)
class CommandLineIT {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    private static List<String> words(String... arguments) {
        return Stream.concat(
                        Stream.of("-XX:TieredStopAtLevel=1", "-jar", System.getProperty("weir.war")),
                        Stream.of(arguments))
                .toList();
    }

    private Program.Result run(String... arguments) throws IOException, InterruptedException {
        return new Program(JAVA).run(folder, words(arguments).toArray(String[]::new));
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(JAVA.toString()));
        command.addAll(words(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("WEIR_SERVER", System.getProperty("payara.micro.jar"));
        Process process = builder.start();
        started.add(process);
        return process;
    }

    @Test
    void aBrokenFileIsReportedWithoutTracesInTheTemporaryFolder() throws Exception {
        Path file = Files.writeString(folder.resolve("model-compose.yml"), "component:\n  type: modle\n");

        Program.Result result = new Program(JAVA)
                .run(
                        folder,
                        Stream.concat(
                                        Stream.of("-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp"))),
                                        words("validate", file.toString()).stream())
                                .toArray(String[]::new));

        assertThat(result.status()).as(result.errors()).isEqualTo(1);
        assertThat(result.output()).startsWith(file + ":2:9: error: ").contains("modle");
        assertThat(result.errors()).isEmpty();
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void everyCommandHasItsClasses() throws Exception {
        try (InputStream schema = ConfigSchema.open()) {
            assertThat(run("schema").output()).isEqualTo(new String(schema.readAllBytes(), StandardCharsets.UTF_8));
        }
        Path file = Path.of("examples/quickstart/model-compose.yml").toAbsolutePath();
        assertThat(run("pull", file.toString()).errors()).contains("nothing to download");
        assertThat(run("--version").output()).startsWith("weir ");
        assertThat(run("generate-completion").output()).startsWith("#!/usr/bin/env bash");
        assertThat(run("run", "--url", "http://127.0.0.1:" + FreePort.find()).status())
                .isEqualTo(3);
        assertThat(run("nonsense").status()).isEqualTo(2);
    }

    @Test
    void runTellsAStoryOnAServerOfItsOwn() throws Exception {
        Path output = folder.resolve("story.txt");
        Process process = start("run", "-o", output.toString(), "-i", "prompt=Once upon a time");

        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(log).isZero();
        assertThat(Files.readString(output)).hasSizeGreaterThan(100).doesNotContain("data:");
        assertThat(process.descendants()).isEmpty();
    }

    @Test
    void upServesUntilItIsTerminated() throws Exception {
        int port = FreePort.find();
        Process process = start("up", "--port", String.valueOf(port));
        BufferedReader output = awaitLine(process, "Weir is ready at http://127.0.0.1:" + port + "/");
        WeirClient client =
                new WeirClient(URI.create("http://127.0.0.1:" + port + "/").toURL());
        assertThat(client.get("api/health").statusCode()).isEqualTo(200);
        List<ProcessHandle> server = process.descendants().collect(Collectors.toList());
        assertThat(server).isNotEmpty();

        // Process.destroy would close the output.
        process.toHandle().destroy();

        assertThat(output.lines()).noneMatch(line -> line.startsWith("weir: "));
        assertThat(process.waitFor()).isEqualTo(143);
        for (ProcessHandle child : server) {
            child.onExit().get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void theServerEndsAfterItsCommandIsKilled() throws Exception {
        Process process = start("up", "--port", "0");
        awaitLine(process, "Weir is ready at ");
        List<ProcessHandle> server = process.descendants().collect(Collectors.toList());

        process.destroyForcibly().waitFor();

        for (ProcessHandle child : server) {
            child.onExit().get(60, TimeUnit.SECONDS);
        }
    }

    /** Reads the output of a process until a line begins so. Returns the rest of the output. */
    private static BufferedReader awaitLine(Process process, String beginning) throws IOException {
        List<String> seen = new ArrayList<>();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Optional<String> line = Optional.empty();
        while (line.isEmpty()) {
            String next = lines.readLine();
            assertThat(next).as(() -> String.join("\n", seen)).isNotNull();
            seen.add(next);
            line = Optional.of(next).filter(text -> text.startsWith(beginning));
        }
        return lines;
    }
}
