package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.FreePort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The example of a managed service on a server that the test starts and ends. All processes of the service end with the
 * server, however it ends.
 */
@Timeout(300)
@EnabledOnOs(OS.LINUX)
class EchoServerIT {
    private static final Path FOLDER = Path.of("target", "it", "echo").toAbsolutePath();
    private static final Path FILE = FOLDER.resolve("model-compose.yml");
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    /** Starts one child with a living parent and one orphan. */
    private static final String START =
            "sleep 600 & echo $! > child; (sleep 600 & echo $! > orphan); echo $$ > service; "
                    + "exec \\\"$0\\\" \\\"$@\\\"";

    private Process server;
    private WeirClient client;
    private int servicePort;

    @BeforeEach
    void begin() throws Exception {
        Files.createDirectories(FOLDER);
        for (String file : List.of("child", "orphan", "service")) {
            Files.deleteIfExists(FOLDER.resolve(file));
        }
        Files.copy(
                Path.of("examples/echo-server/EchoServer.java"),
                FOLDER.resolve("EchoServer.java"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        servicePort = FreePort.find();
        configure("50");
        start();
    }

    private void configure(String delayMillis) throws IOException {
        String yaml = Files.readString(Path.of("examples/echo-server/model-compose.yml"));
        String configured = yaml.replace(
                        "    - java\n", "    - /bin/sh\n    - -c\n    - \"" + START + "\"\n    - " + JAVA + "\n")
                .replace("8000", String.valueOf(servicePort))
                .replace("  healthcheck:", "  env: {ECHO_DELAY_MS: " + delayMillis + "}\n  healthcheck:");
        assertThat(configured).contains("ECHO_DELAY_MS", "exec");
        Files.writeString(FILE, configured);
    }

    private void start() throws Exception {
        int port = FreePort.find();
        server = new ProcessBuilder(
                        JAVA,
                        "-XX:TieredStopAtLevel=1",
                        "-Dweir.config=" + FILE,
                        "-Dweir.config.reload=true",
                        "-jar",
                        System.getProperty("payara.micro.jar"),
                        "--nocluster",
                        "--port",
                        String.valueOf(port),
                        "--contextroot",
                        "/",
                        "--deploy",
                        System.getProperty("weir.war"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        FOLDER.resolve("server.log").toFile()))
                .start();
        client = new WeirClient(URI.create("http://localhost:" + port + "/").toURL());
        await("the API", () -> {
            try {
                return client.get("api/health").statusCode() != 404;
            } catch (ConnectException e) {
                return false;
            }
        });
        client.awaitReady();
    }

    @AfterEach
    void end() throws Exception {
        server.destroy();
        if (!server.waitFor(60, TimeUnit.SECONDS)) {
            server.destroyForcibly();
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        Instant deadline = Instant.now().plus(Duration.ofMinutes(2));
        while (!condition.call()) {
            assertThat(Instant.now()).as(what).isBefore(deadline);
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static List<ProcessHandle> tree() throws Exception {
        for (String file : List.of("child", "orphan", "service")) {
            await(file, () -> Files.exists(FOLDER.resolve(file)) && Files.size(FOLDER.resolve(file)) > 1);
        }
        return List.of(handle("child"), handle("orphan"), handle("service"));
    }

    private static ProcessHandle handle(String file) throws IOException {
        long pid = Long.parseLong(Files.readString(FOLDER.resolve(file)).strip());
        return ProcessHandle.of(pid).orElseThrow(() -> new AssertionError(file + " does not live"));
    }

    /** A process that has ended may remain until its exit status is read; it does not count as alive. */
    private static boolean lives(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"), StandardCharsets.ISO_8859_1);
            return process.isAlive() && !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException e) {
            return false;
        }
    }

    private static void awaitEndOf(List<ProcessHandle> tree) throws Exception {
        await("the end of " + tree, () -> tree.stream().noneMatch(EchoServerIT::lives));
    }

    private String say(String prompt) throws Exception {
        HttpResponse<String> response = client.run("{\"input\":{\"prompt\":\"" + prompt + "\"},\"output_only\":true}");
        return response.statusCode() + " " + response.body();
    }

    private static String service() throws IOException {
        return Files.readString(FOLDER.resolve("service")).strip();
    }

    /** This is one test, since each start of a server takes long. */
    @Test
    void aServiceComesBackWhenItIsKilledAndEndsWithItsServerHoweverThatEnds() throws Exception {
        aKilledServiceEndsItsStreamsAndComesBack();
        aSavedConfigurationReplacesTheService();
        aKilledServerLeavesNothingAndTheNextOneServes();
        aServerThatIsAskedToEndEndsItsService();
    }

    private void aKilledServiceEndsItsStreamsAndComesBack() throws Exception {
        assertThat(say("one two")).isEqualTo("200 data: one\n\ndata:  two\n\n");
        List<ProcessHandle> first = tree();

        String error = killedInTheMiddle(first.get(2));
        assertThat(error).contains("event: error", "\"status\":502", "which is started again, ended with status 137");
        assertThat(error).contains("listening on port " + servicePort, "repeating ");
        assertThat(say("back again")).isEqualTo("200 data: back\n\ndata:  again\n\n");
        assertThat(first).noneMatch(EchoServerIT::lives);
    }

    private void aSavedConfigurationReplacesTheService() throws Exception {
        String before = service();
        configure("1");
        await("the next configuration's service", () -> !service().equals(before));
        client.awaitReady();
        assertThat(say("anew")).isEqualTo("200 data: anew\n\n");
    }

    private void aKilledServerLeavesNothingAndTheNextOneServes() throws Exception {
        List<ProcessHandle> tree = tree();
        server.destroyForcibly().waitFor();
        start();
        assertThat(tree).noneMatch(EchoServerIT::lives);
        assertThat(say("one")).isEqualTo("200 data: one\n\n");
    }

    private void aServerThatIsAskedToEndEndsItsService() throws Exception {
        List<ProcessHandle> last = tree();
        server.destroy();
        assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        awaitEndOf(last);
    }

    /** Kills the service after the first event of a stream. Returns the rest of the stream. */
    private String killedInTheMiddle(ProcessHandle service) throws Exception {
        String words = "word ".repeat(400);
        HttpResponse<InputStream> response =
                client.open("{\"input\":{\"prompt\":\"" + words + "\"},\"output_only\":true}");
        try (BufferedReader body = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(body.readLine()).isEqualTo("data: word");
            assertThat(service.destroyForcibly()).isTrue();
            return body.lines().collect(Collectors.joining("\n"));
        }
    }
}
