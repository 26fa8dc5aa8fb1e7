package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.http.FakeUpstream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that is taken out of service takes nothing new, and one that is told to end lets a stream finish before. */
@Timeout(300)
class ShutdownIT {
    private static final String RUN = "{\"input\":{\"prompt\":\"Hello\"},\"output_only\":true}";
    private static final Path FOLDER = Path.of("target", "it", "shutdown").toAbsolutePath();
    private static final Path SIGN = FOLDER.resolve("out-of-service");

    private final CountDownLatch goOn = new CountDownLatch(1);
    private FakeUpstream upstream;
    private @Nullable MicroServer server;
    private WeirClient client;

    @BeforeEach
    void begin() throws Exception {
        upstream = new FakeUpstream(exchange -> {
            OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
            out.write(FakeUpstream.openAi("Once").getBytes(StandardCharsets.UTF_8));
            out.flush();
            goOn.await();
            out.write((FakeUpstream.openAi(" upon") + "data: [DONE]\n\n").getBytes(StandardCharsets.UTF_8));
            out.close();
        });
        Files.createDirectories(FOLDER);
        Files.deleteIfExists(SIGN);
    }

    @AfterEach
    void end() throws Exception {
        goOn.countDown();
        if (server != null) {
            server.end();
        }
        upstream.close();
    }

    private void start(String drain) throws Exception {
        Path file = Wars.relay(FOLDER.resolve("model-compose.yml"), "load.yml", upstream);
        server = MicroServer.start(
                FOLDER.resolve("server.log"),
                "-Dweir.config=" + file,
                "-Dweir.shutdown.drain=" + drain,
                "-Dweir.shutdown.file=" + SIGN,
                "-Dweir.sse.heartbeat=200ms");
        client = server.client();
        client.awaitReady();
    }

    @Test
    void aStreamThatFinishesWithinTheDrainIsWholeAndThenTheServerEnds() throws Exception {
        start("10m");
        try (BufferedReader body = open()) {
            takenOutOfServiceItOnlyTakesNothingNew();
            server.terminate();
            awaitOutOfService();
            assertThat(server.isAlive()).isTrue();
            goOn.countDown();
            assertThat(rest(body)).isEqualTo("\ndata:  upon\n");
        }
        assertThat(server.awaitEnd(60, TimeUnit.SECONDS))
                .as("no wait for what does not run")
                .isTrue();
    }

    @Test
    void aStreamThatDoesNotFinishInTimeSaysSoAtItsEnd() throws Exception {
        start("1s");
        try (BufferedReader body = open()) {
            server.terminate();
            assertThat(rest(body)).contains("event: error", "\"status\":503");
        }
        assertThat(server.awaitEnd(60, TimeUnit.SECONDS)).isTrue();
    }

    private void takenOutOfServiceItOnlyTakesNothingNew() throws Exception {
        Files.createFile(SIGN);
        HttpResponse<String> refused = client.run(RUN);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(refused.body()).contains("urn:weir:problem:shutting-down", "weir.shutdown.file");
        assertThat(client.get("api/health").statusCode()).isEqualTo(503);
        assertThat(client.get("health/ready").statusCode()).isEqualTo(503);
        assertThat(client.get("health/live").statusCode()).isEqualTo(200);
        Files.delete(SIGN);
        assertThat(client.get("health/ready").statusCode()).isEqualTo(200);
    }

    /** What the server does with requests now is its own affair; none is served. */
    private void awaitOutOfService() throws Exception {
        client.await(
                () -> {
                    try {
                        return client.get("api/health").statusCode() != 200;
                    } catch (IOException e) {
                        return true;
                    }
                },
                "the end of the service");
    }

    private BufferedReader open() throws Exception {
        HttpResponse<InputStream> response = client.open(RUN);
        BufferedReader body = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        assertThat(body.readLine()).isEqualTo("data: Once");
        return body;
    }

    /** What follows, without the heartbeat. */
    private static String rest(BufferedReader body) {
        return body.lines().collect(Collectors.joining("\n")).replace(":\n\n", "");
    }
}
