package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ApplicationServer;
import dev.weir.it.server.ServerContainer;
import dev.weir.it.server.ServerJvm;
import dev.weir.json.Json;
import dev.weir.load.Load;
import dev.weir.load.PacedUpstream;
import dev.weir.sse.ReferenceEventParser;
import dev.weir.sse.WireCase;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The behaviour of the WAR on every server, one test for each behaviour. */
@Tag(Matrix.TAG)
@ExtendWith({ArquillianExtension.class, Matrix.class})
@RunAsClient
@Timeout(120)
class ServersIT {
    private static final int STREAMS = 100;
    private static final int CHUNKS = 50;
    private static final int PACE_MILLIS = 20;
    /** A repeated test, since different threads may detect the disconnect. */
    private static final int LEAVING = 20;

    private static FakeUpstream upstream;
    private static PacedUpstream paced;

    @ArquillianResource
    private URL base;

    private WeirClient client;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(FakeUpstream.events());
        paced = new PacedUpstream(0, CHUNKS, PACE_MILLIS);
        Matrix.configure(upstream, paced.url());
        return Wars.built();
    }

    @AfterAll
    static void stop() throws IOException {
        upstream.close();
        paced.close();
    }

    @BeforeEach
    void begin() throws Exception {
        client = new WeirClient(base);
        client.awaitReady();
        upstream.forgetRequests();
    }

    private static String run(String workflow) {
        return "{\"workflow_id\":\"" + workflow + "\",\"input\":{\"prompt\":\"Hello\"},\"output_only\":true}";
    }

    private URI server() {
        return URI.create(base.toString());
    }

    private static String taskId(HttpResponse<?> response) {
        return response.headers().firstValue("X-Task-Id").orElseThrow();
    }

    private static void assertProblem(HttpResponse<String> response, int status, String... words) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        assertThat(response.body()).contains(words).doesNotContain("\tat ");
    }

    @Test
    void textIsStreamedByteForByte() throws Exception {
        assertGolden("text", "sse-text");
    }

    @Test
    void jsonIsStreamedByteForByte() throws Exception {
        assertGolden("json", "sse-json");
    }

    private void assertGolden(String workflow, String format) throws Exception {
        List<WireCase> cases = Stream.concat(WireCase.inOneStream().stream(), Stream.of(WireCase.atTheEnd()))
                .toList();
        GoldenStream.require(upstream, server(), run(workflow), cases, format);
    }

    @Test
    void aChunkArrivesBeforeTheNextOneExists() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        upstream.answers(exchange -> {
            OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
            out.write(FakeUpstream.openAi("Once").getBytes(StandardCharsets.UTF_8));
            out.flush();
            seen.await();
            out.write(FakeUpstream.openAi(" upon").getBytes(StandardCharsets.UTF_8));
            out.close();
        });
        try (InputStream body = client.open(run("text")).body()) {
            assertThat(new String(body.readNBytes(12), StandardCharsets.UTF_8)).isEqualTo("data: Once\n\n");
            seen.countDown();
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).endsWith("data:  upon\n\n");
        }
    }

    @Test
    void aLocalModelStreamsItsTokens() throws Exception {
        HttpResponse<String> story = client.run(run("story").replace("Hello", "Once upon a time"));
        assertThat(story.statusCode()).as(story.body()).isEqualTo(200);
        assertThat(ReferenceEventParser.parse(story.body())).hasSizeGreaterThan(20);
        assertThat(story.body()).doesNotContain("event: error");
    }

    @Test
    void aValueIsAnsweredWhole() throws Exception {
        upstream.answers(FakeUpstream.whole(200, "application/json", "{\"answer\":{\"말\":\"Once\\nupon\"}}"));
        HttpResponse<String> bare = client.run(run("whole"));
        assertThat(bare.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        assertThat(bare.body()).isEqualTo("{\"말\":\"Once\\nupon\"}");
        assertThat(WeirClient.object(
                        client.run(run("whole").replace("true", "false")).body()))
                .containsEntry("status", "completed")
                .containsEntry("output", Map.of("말", "Once\nupon"));
        assertThat(client.run(run("whole"), "text/event-stream").body()).isEqualTo("data: {\"말\":\"Once\\nupon\"}\n\n");
    }

    /** The server's own file servlet would serve the class at the root of the WAR. */
    @Test
    void noFileOfTheCommandLineIsServed() throws Exception {
        for (String path : List.of(
                "dev/weir/launcher/WeirLauncher.class",
                "dev/weir/launcher/WeirLauncher%2eclass",
                "dev//weir/launcher/WeirLauncher.class",
                "dev/weir/launcher/WeirLauncher.class;a=b",
                "dev/weir/launcher/",
                "META-INF/MANIFEST.MF",
                "WEB-INF/cli/lib/picocli-4.7.7.jar",
                "WEB-INF/cli/classes/dev/weir/cli/server.properties",
                "WEB-INF%2fcli/classes/dev/weir/cli/server.properties",
                "web-inf/cli/classes/dev/weir/cli/server.properties")) {
            assertThat(client.get(path))
                    .as(path)
                    .satisfies(response -> assertThat(response.statusCode()).isBetween(400, 404))
                    .satisfies(response ->
                            assertThat(response.body()).doesNotContain("WeirLauncher", "sha256", "Main-Class"));
        }
    }

    @Test
    void anErrorBeforeTheFirstChunkHasItsOwnStatus() throws Exception {
        upstream.answers(FakeUpstream.whole(401, "application/json", "{\"error\":{\"message\":\"no such key\"}}"));
        assertProblem(client.run(run("text")), 502, "401", "no such key");
        assertProblem(client.run(run("none")), 404, "none", "paced");
        assertProblem(client.run("{\"workflow_id\":"), 400, "line 1");
        assertProblem(client.run("{\"workflow_id\":\"story\",\"output_only\":true}"), 422, "${input.prompt as text}");
        assertProblem(client.run("{\"workflow_id\":\"story\",\"input\":{\"prompt\":\"a\"}}"), 400, "output_only=true");
        assertProblem(client.post("text/plain", "{}"), 415, "text/plain");
        assertProblem(
                client.run("{\"input\":{\"prompt\":\"" + "x".repeat(2 << 20) + "\"}}"), 413, "weir.http.max-body");
        assertProblem(client.get("api/nothing"), 404, "nothing is served");
    }

    @Test
    void anErrorAfterTheFirstChunkIsAnEvent() throws Exception {
        upstream.answers(FakeUpstream.events(
                FakeUpstream.openAi("Once"), "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n"));
        HttpResponse<String> response = client.run(run("text"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .startsWith("data: Once\n\nevent: error\ndata: {")
                .contains("overloaded", "\"status\":502", "\"task_id\":")
                .endsWith("}\n\n");
    }

    @Test
    void aClientThatLeavesCancelsItsRun() throws Exception {
        upstream.answers(FakeUpstream.endless(FakeUpstream.openAi("more")));
        for (int i = 0; i < LEAVING; i++) {
            String taskId = client.hangUp(run("text"));
            assertThat(upstream.awaitAbandoned()).isTrue();
            assertThat(client.awaitTask(taskId, "cancelled"))
                    .containsEntry("status", "cancelled")
                    .containsEntry("error", Map.of("detail", "client disconnected"));
        }
        awaitRest();
    }

    /** Waits until the server does no work for any run. */
    private void awaitRest() throws Exception {
        client.await(() -> upstream.open() == 0, "no request is open at the upstream");
        ServerJvm jvm = ServerContainer.running().jvm();
        client.await(() -> jvm.threadsAtWork().isEmpty(), "no thread is at work");
    }

    @Test
    void aHeartbeatKeepsASilentStreamAndFindsAClientThatHasLeft() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        upstream.answers(FakeUpstream.silentAfter(FakeUpstream.openAi("Once"), over));
        HttpResponse<InputStream> response = client.open(run("text"));
        assertThat(new String(response.body().readNBytes(18), StandardCharsets.UTF_8))
                .isEqualTo("data: Once\n\n:\n\n:\n\n");
        response.body().close();
        assertThat(client.awaitTask(taskId(response), "cancelled")).containsEntry("status", "cancelled");
        over.countDown();
    }

    @Test
    void aSlowClientSlowsItsUpstreamAndIsDropped() throws Exception {
        AtomicLong given = new AtomicLong();
        byte[] event = FakeUpstream.openAi("more ".repeat(2_000)).getBytes(StandardCharsets.UTF_8);
        upstream.answers(exchange -> {
            OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
            while (!Thread.currentThread().isInterrupted()) {
                out.write(event);
                given.addAndGet(event.length);
            }
        });
        try (RawHttp http = RawHttp.send(server(), RawHttp.run(server(), run("text"), ""), 4096)) {
            assertThat(http.status()).contains(" 200 ");
            String task = http.headers().get("x-task-id");
            assertThat(client.awaitTask(task, "cancelled"))
                    .containsEntry(
                            "error", Map.of("detail", "the client took nothing for 2000 ms (weir.sse.write-timeout)"));
            assertThat(upstream.awaitAbandoned()).isTrue();
            // More than the queue of the stream and the system's buffers hold, at any speed of the upstream.
            assertThat(given.get()).isLessThan(32 << 20);
        }
    }

    @Test
    void aStreamGoesOnBehindTheLastEventThatItsClientHas() throws Exception {
        upstream.answers(FakeUpstream.events(
                FakeUpstream.openAi("Once"), FakeUpstream.openAi(" upon\n"), FakeUpstream.openAi(" 한🎉")));
        String path = "api/workflows/runs?workflow_id=text&input%5Bprompt%5D=Hello";
        HttpResponse<String> response = client.get(path);
        String task = taskId(response);
        assertThat(response.body())
                .isEqualTo("id: T:1\ndata: Once\n\nid: T:2\ndata:  upon\ndata: \n\nid: T:3\ndata:  한🎉\n\n"
                        .replace("T", task));
        assertThat(client.request("GET", path, "Last-Event-ID", task + ":2").body())
                .isEqualTo("id: T:3\ndata:  한🎉\n\n".replace("T", task));
        assertThat(client.request("GET", path, "Last-Event-ID", task + ":3").statusCode())
                .isEqualTo(204);
        List<ReferenceEventParser.Event> rest =
                ReferenceEventParser.parse(client.request("GET", "api/tasks/" + task + "/events", "Last-Event-ID", "1")
                        .body());
        assertThat(rest)
                .extracting(ReferenceEventParser.Event::id, ReferenceEventParser.Event::data)
                .containsExactly(
                        tuple("2", "\" upon\\n\""),
                        tuple("3", "\" 한🎉\""),
                        tuple("end", "{\"task_id\":\"" + task + "\",\"status\":\"completed\"}"));
        assertThat(rest.get(2).type()).isEqualTo("done");
    }

    @Test
    void jerseysClientReadsATasksEvents() throws Exception {
        assertReadBy(StandardClients.jersey(), "org.glassfish.jersey");
    }

    @Test
    void restEasysClientReadsATasksEvents() throws Exception {
        assertReadBy(StandardClients.restEasy(), "org.jboss.resteasy");
    }

    /** Texts that clients are known to trim or lose. */
    @Test
    void theDocumentedClientReadsEachTextExactly() throws Exception {
        List<?> texts = (List<?>) Json.parse(Files.readString(Path.of("src/test/resources/it/sse-texts.json")));
        upstream.answers(FakeUpstream.events(
                texts.stream().map(text -> FakeUpstream.openAi((String) text)).toArray(String[]::new)));
        for (StandardClients reader : List.of(StandardClients.jersey(), StandardClients.restEasy())) {
            String task = taskOf("text");
            List<String> chunks = reader.readAsDocumented(client.at("api/"), task);
            assertThat(chunks.stream().map(Json::parse).toList()).isEqualTo(texts);
        }
    }

    private String taskOf(String workflow) throws IOException, InterruptedException {
        String body = run(workflow).replace("output_only\":true", "wait_for_completion\":false");
        return (String) WeirClient.object(client.run(body).body()).get("task_id");
    }

    private void assertReadBy(StandardClients reader, String implementation) throws Exception {
        upstream.answers(FakeUpstream.events(
                FakeUpstream.openAi("Once"), FakeUpstream.openAi(" upon\n"), FakeUpstream.openAi("  한🎉")));
        String task = (String)
                WeirClient.object(client.run(run("text").replace("output_only\":true", "wait_for_completion\":false"))
                                .body())
                        .get("task_id");
        List<String> lines = reader.read(client.at("api/tasks/" + task + "/events"));
        assertThat(lines.get(0)).startsWith(implementation);
        assertThat(lines.subList(1, lines.size()))
                .containsExactly(
                        "1\tnull\t\"Once\"",
                        "2\tnull\t\" upon\\n\"",
                        "3\tnull\t\"  한🎉\"",
                        "end\tdone\t{\"task_id\":\"" + task + "\",\"status\":\"completed\"}");
    }

    @Test
    void aFileOfAFormIsAnInput() throws Exception {
        upstream.answers(FakeUpstream.whole(200, "application/json", "{\"answer\":\"a cat\"}"));
        String photo = "한".repeat(100_000);
        HttpResponse<String> response = client.post(
                "multipart/form-data; boundary=b",
                "--b\r\nContent-Disposition: form-data; name=\"workflow_id\"\r\n\r\nphoto\r\n"
                        + "--b\r\nContent-Disposition: form-data; name=\"output_only\"\r\n\r\ntrue\r\n"
                        + "--b\r\nContent-Disposition: form-data; name=\"input[photo]\"; filename=\"cat.png\"\r\n"
                        + "Content-Type: image/png\r\n\r\n" + photo + "\r\n--b--\r\n");
        assertThat(response.body()).isEqualTo("\"a cat\"");
        assertThat(Json.parse(upstream.request().body()))
                .isEqualTo(Map.of(
                        "name",
                        "cat.png",
                        "image",
                        Base64.getEncoder().encodeToString(photo.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void bodiesThatAreSlowToComeHoldNobodyUp() throws Exception {
        upstream.answers(FakeUpstream.events(FakeUpstream.openAi("Once")));
        List<String> bodies = List.of(run("text"), "workflow_id=text&output_only=true&input%5Bprompt%5D=Hello");
        List<String> types = List.of("application/json", "application/x-www-form-urlencoded");
        List<RawHttp> slow = new ArrayList<>();
        try {
            for (int i = 0; i < STREAMS; i++) {
                String body = bodies.get(i % 2);
                // Every second client has not begun to send its body.
                slow.add(RawHttp.send(
                        server(),
                        RawHttp.runHead(server(), types.get(i % 2), body.length(), "") + body.substring(0, i / 2 % 2)));
            }
            assertThat(client.get("api/health").statusCode()).isEqualTo(200);
            assertThat(client.run(run("text")).body()).isEqualTo("data: Once\n\n");
            for (int i = 0; i < STREAMS; i++) {
                slow.get(i).more(bodies.get(i % 2).substring(i / 2 % 2));
            }
            for (RawHttp http : slow) {
                assertThat(http.status()).contains(" 200 ");
                assertThat(new String(http.body(http.headers()), StandardCharsets.UTF_8))
                        .isEqualTo("data: Once\n\n");
            }
        } finally {
            for (RawHttp http : slow) {
                http.close();
            }
        }
    }

    @Test
    void aHundredStreamsAtOnceAreWhole() throws Exception {
        Load.Report report = Load.run(client.at("api/workflows/runs"), STREAMS, CHUNKS, 0);
        System.out.println(STREAMS + " streams: " + report);
        assertThat(report.failures()).isEmpty();
        assertThat(report.whole()).isEqualTo(STREAMS);
    }

    @Test
    void asManyRunsAreAtWorkAsAreAllowedAndNoThreadWaitsForOne() throws Exception {
        int most = Integer.parseInt(ApplicationServer.settings().getProperty("weir.runs.max"));
        CountDownLatch over = new CountDownLatch(1);
        upstream.answers(FakeUpstream.silentAfter(FakeUpstream.openAi("Once"), over));
        List<RawHttp> streams = new ArrayList<>();
        try {
            for (int i = 0; i < most; i++) {
                RawHttp http = RawHttp.send(server(), RawHttp.run(server(), run("text"), ""));
                streams.add(http);
                assertThat(http.status()).as("stream %s", i + 1).contains(" 200 ");
            }
            // No thread exists only for a stream.
            assertThat(ownThreads()).isLessThan(most / 2);
            HttpResponse<String> refused = client.run(run("text"));
            assertProblem(refused, 429, "weir.runs.max");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(client.get("api/health").statusCode()).isEqualTo(200);
        } finally {
            over.countDown();
            for (RawHttp http : streams) {
                http.close();
            }
        }
        awaitRest();
    }

    private static long ownThreads() throws IOException, InterruptedException {
        return ServerContainer.running().jvm().threads().stream()
                .filter(thread -> thread.startsWith("\"weir-"))
                .count();
    }

    @Test
    void thePageIsServed() throws Exception {
        HttpResponse<String> page = client.get("");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(client.get("app.js").headers().firstValue("Content-Type").orElse(""))
                .contains("javascript");
    }
}
