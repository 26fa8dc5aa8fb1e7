package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ApplicationServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server that is out of service refuses new runs. A server that shuts down lets a stream finish first. */
@Tag(Matrix.TAG)
@ExtendWith(Matrix.class)
@Timeout(300)
class ShutdownIT {
    private static final System.Logger LOG = System.getLogger(ShutdownIT.class.getName());
    private static final String RUN = "{\"input\":{\"prompt\":\"Hello\"},\"output_only\":true}";
    private static final String SILENT = "{\"input\":{\"prompt\":\"Hush\"},\"output_only\":true}";
    private static final Path FOLDER =
            Path.of("target", "it", "shutdown", ApplicationServer.name()).toAbsolutePath();
    private static final Path SIGN = FOLDER.resolve("out-of-service");

    /** With this number of clients, some requests are in progress at any moment. */
    private static final int OTHERS = 8;

    /** The number of refusals for each client after which the server is certainly ending the application. */
    private static final int REFUSALS = 300;

    /** Whether MicroProfile Health exists beside the application. */
    private static final boolean HAS_HEALTH = !ApplicationServer.name().equals("wildfly");

    private final CountDownLatch goOn = new CountDownLatch(1);
    private final CountDownLatch othersServed = new CountDownLatch(OTHERS);
    private final ExecutorService clients = Executors.newCachedThreadPool();
    private FakeUpstream upstream;
    private ApplicationServer server;
    private WeirClient client;

    @BeforeEach
    void begin() throws Exception {
        upstream = new FakeUpstream(exchange -> {
            OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
            if (!upstream.request().body().contains("Hush")) {
                out.write(FakeUpstream.openAi("Once").getBytes(StandardCharsets.UTF_8));
            }
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
        clients.shutdownNow();
        if (server.isAlive()) {
            server.stop();
        }
        upstream.close();
    }

    private void start(String drain) throws Exception {
        Path file = Wars.relay(FOLDER.resolve("model-compose.yml"), "load.yml", upstream);
        server = ApplicationServer.set(
                FOLDER.resolve("server"),
                "weir.config=" + file,
                "weir.shutdown.drain=" + drain,
                "weir.shutdown.file=" + SIGN,
                "weir.sse.heartbeat=200ms");
        server.startWith(Path.of(System.getProperty("weir.war")));
        client = new WeirClient(server.base().toURL());
        client.awaitStart();
    }

    @Test
    void aStreamThatFinishesWithinTheDrainIsWholeAndThenTheServerEnds() throws Exception {
        start("10m");
        try (BufferedReader body = open()) {
            CompletableFuture<HttpResponse<String>> silent = silent();
            takenOutOfServiceItOnlyTakesNothingNew();
            upstream.answers(FakeUpstream.events(FakeUpstream.openAi("Short"), "data: [DONE]\n\n"));
            List<CompletableFuture<Void>> others =
                    Stream.generate(this::another).limit(OTHERS).toList();
            othersServed.await();
            server.terminate();
            for (CompletableFuture<Void> other : others) {
                // A request that is in progress is answered at once, and not after the end of the streams.
                other.get(60, TimeUnit.SECONDS);
            }
            assertThat(server.isAlive()).isTrue();
            goOn.countDown();
            assertThat(rest(body)).isEqualTo("\ndata:  upon\n");
            assertThat(silent.join().body()).isEqualTo("data:  upon\n\n");
        }
        server.awaitEnd();
    }

    @Test
    void aStreamThatDoesNotFinishInTimeSaysSoAtItsEnd() throws Exception {
        start("1s");
        try (BufferedReader body = open()) {
            CompletableFuture<HttpResponse<String>> silent = silent();
            server.terminate();
            assertThat(rest(body)).contains("event: error", "\"status\":503");
            assertThat(silent.join().statusCode()).isEqualTo(503);
            assertThat(silent.join().body()).contains("urn:weir:problem:shutting-down");
        }
        server.awaitEnd();
    }

    /**
     * Another client with short runs that continues to request health during the shutdown. A server may close a kept
     * connection at the moment of the next run.
     */
    private CompletableFuture<Void> another() {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        int refusals = 0;
                        while (refusals < REFUSALS) {
                            if (client.isWell() && client.run(RUN).statusCode() == 200) {
                                othersServed.countDown();
                            } else {
                                refusals++;
                            }
                        }
                    } catch (IOException e) {
                        LOG.log(Level.INFO, "{0} has closed the connection: {1}", ApplicationServer.name(), e);
                    } catch (InterruptedException e) {
                        throw new CompletionException(e);
                    }
                },
                clients);
    }

    /** A run without a first chunk, and therefore without an answer. */
    private CompletableFuture<HttpResponse<String>> silent() throws Exception {
        CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return client.run(SILENT);
                    } catch (IOException | InterruptedException e) {
                        throw new CompletionException(e);
                    }
                },
                clients);
        client.await(() -> upstream.open() == 2 && upstream.idle(), "the run without a chunk");
        return answer;
    }

    private void takenOutOfServiceItOnlyTakesNothingNew() throws Exception {
        Files.createFile(SIGN);
        HttpResponse<String> refused = client.run(RUN);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(refused.body()).contains("urn:weir:problem:shutting-down", "weir.shutdown.file");
        assertThat(client.get("api/health").statusCode()).isEqualTo(503);
        if (HAS_HEALTH) {
            assertThat(client.get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(client.get("/health/live").statusCode()).isEqualTo(200);
        }
        Files.delete(SIGN);
        assertThat(client.get("api/health").statusCode()).isEqualTo(200);
    }

    private BufferedReader open() throws Exception {
        HttpResponse<InputStream> response = client.open(RUN);
        BufferedReader body = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        assertThat(body.readLine()).isEqualTo("data: Once");
        return body;
    }

    /** The rest of the body, without heartbeats. */
    private static String rest(BufferedReader body) {
        return body.lines().collect(Collectors.joining("\n")).replace(":\n\n", "");
    }
}
