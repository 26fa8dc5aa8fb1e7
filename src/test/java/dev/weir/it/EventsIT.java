package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.weir.component.http.FakeUpstream;
import dev.weir.json.Json;
import dev.weir.sse.ReferenceEventParser;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.sse.SseEventSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URL;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

/** A task's events, and runs that are started by GET: a client can request the events after any event again. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(120)
class EventsIT {
    private static final String RUN =
            "api/workflows/runs?input=" + URLEncoder.encode("{\"prompt\":\"Hello 한\"}", StandardCharsets.UTF_8);
    private static final String IN_BACKGROUND = "{\"input\":{\"prompt\":\"Hello\"},\"wait_for_completion\":false}";
    private static final Path FILE = Path.of("target", "it", "events", "model-compose.yml");
    private static FakeUpstream upstream;

    @ArquillianResource
    private URL base;

    private WeirClient client;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(FakeUpstream.events());
        Wars.relay(FILE, "streaming-chat.yml", upstream);
        Files.writeString(FILE.resolveSibling(".env"), "OPENAI_API_KEY=sk-0123456789abcdef\n");
        return Wars.configured(FILE, "weir.sse.heartbeat=200ms", "weir.task.resume-timeout=5s");
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @BeforeEach
    void begin() throws Exception {
        client = new WeirClient(base);
        client.awaitReady();
        upstream.forgetRequests();
    }

    private static String taskId(HttpResponse<?> response) {
        return response.headers().firstValue("X-Task-Id").orElseThrow();
    }

    private static void answerOnceUponATime() {
        upstream.answers(FakeUpstream.events(
                FakeUpstream.openAi("Once"),
                FakeUpstream.openAi(" upon\n"),
                FakeUpstream.openAi(" 한🎉"),
                "data: [DONE]\n\n"));
    }

    private String background() throws Exception {
        return (String) WeirClient.object(client.run(IN_BACKGROUND).body()).get("task_id");
    }

    @Test
    void theEventsOfATaskAreItsChunksAsJsonAndThenItsEnd() throws Exception {
        answerOnceUponATime();
        String task = background();
        HttpResponse<String> response = client.get("api/tasks/" + task + "/events");
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        assertThat(ReferenceEventParser.parse(response.body()))
                .containsExactly(
                        event("message", "1", "\"Once\""),
                        event("message", "2", "\" upon\\n\""),
                        event("message", "3", "\" 한🎉\""),
                        event("done", "end", "{\"task_id\":\"" + task + "\",\"status\":\"completed\"}"));
    }

    private static ReferenceEventParser.Event event(String type, String id, String data) {
        return new ReferenceEventParser.Event(type, data, id);
    }

    @Test
    void whatFollowsTheLastEventIsSentAndNothingToWhoHasItAll() throws Exception {
        answerOnceUponATime();
        String task = background();
        client.awaitTask(task, "completed");
        String events = "api/tasks/" + task + "/events";
        String rest = client.request("GET", events, "Last-Event-ID", "2").body();
        assertThat(ReferenceEventParser.parse(rest))
                .extracting(ReferenceEventParser.Event::id)
                .containsExactly("3", "end");
        assertThat(ReferenceEventParser.parse(
                        client.request("GET", events, "Last-Event-ID", "3").body()))
                .extracting(ReferenceEventParser.Event::type)
                .containsExactly("done");
        assertThat(client.request("GET", events, "Last-Event-ID", "end").statusCode())
                .isEqualTo(204);
        assertThat(client.request("GET", events, "Last-Event-ID", "4").statusCode())
                .isEqualTo(400);
        assertThat(client.request("GET", events, "Last-Event-ID", "x").body())
                .contains("Last-Event-ID must be a number", "'x'");
        assertThat(client.get("api/tasks/01ARZ3NDEKTSV4RRFFQ69G5FAV/events").statusCode())
                .isEqualTo(404);
        assertThat(client.request("HEAD", events).statusCode()).isEqualTo(200);
    }

    @Test
    void theEventsOfAFailedTaskEndWithItsError() throws Exception {
        upstream.answers(FakeUpstream.events(
                FakeUpstream.openAi("Once"), "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n"));
        String body = client.get("api/tasks/" + background() + "/events").body();
        List<ReferenceEventParser.Event> events = ReferenceEventParser.parse(body);
        assertThat(events).extracting(ReferenceEventParser.Event::type).containsExactly("message", "error");
        assertThat(events.get(1).data()).contains("overloaded", "\"status\":502");
    }

    @Test
    void eventsComeAsTheyHappenAndDeletingTheTaskEndsThem() throws Exception {
        upstream.answers(FakeUpstream.endless(FakeUpstream.openAi("more")));
        String task = background();
        HttpResponse<InputStream> response = client.openGet("api/tasks/" + task + "/events");
        try (InputStream body = response.body()) {
            assertThat(new String(body.readNBytes(40), StandardCharsets.UTF_8)).contains("id");
            assertThat(client.delete("api/tasks/" + task).statusCode()).isEqualTo(202);
            List<ReferenceEventParser.Event> events =
                    ReferenceEventParser.parse(new String(body.readAllBytes(), StandardCharsets.UTF_8));
            assertThat(events.get(events.size() - 1).type()).isEqualTo("error");
            assertThat(events.get(events.size() - 1).data()).contains("cancelled by a DELETE request");
        }
        assertThat(upstream.awaitAbandoned()).isTrue();
    }

    @Test
    void aRunThatIsStartedByGetAnswersAsByPostWithIds() throws Exception {
        answerOnceUponATime();
        HttpResponse<String> response = client.get(RUN);
        String task = taskId(response);
        assertThat(response.body())
                .isEqualTo("id: T:1\ndata: Once\n\nid: T:2\ndata:  upon\ndata: \n\nid: T:3\ndata:  한🎉\n\n"
                        .replace("T", task));
        assertThat(Json.parse(upstream.request().body()).toString()).contains("Hello 한");
        assertThat(client.request("GET", RUN, "Last-Event-ID", task + ":3").statusCode())
                .isEqualTo(204);
        assertThat(client.request("GET", RUN, "Last-Event-ID", task + ":1").body())
                .isEqualTo("id: T:2\ndata:  upon\ndata: \n\nid: T:3\ndata:  한🎉\n\n".replace("T", task));
        assertThat(upstream.idle()).isTrue();
    }

    @Test
    void whatCannotBeStartedOrContinuedIsRefused() throws Exception {
        assertThat(client.request("HEAD", RUN).statusCode()).isEqualTo(405);
        HttpResponse<String> malformed = client.get("api/workflows/runs?input=%7B");
        assertThat(malformed.statusCode()).isEqualTo(400);
        assertThat(malformed.body()).contains("the parameter input is not JSON");
        assertThat(client.get("api/workflows/runs?workflow_id=none").statusCode())
                .isEqualTo(404);
        assertThat(client.get(RUN + "&wait_for_completion=false&output_only=false")
                        .body())
                .contains("wait_for_completion=false needs a POST");
        assertThat(client.request("GET", RUN, "Last-Event-ID", "01ARZ3NDEKTSV4RRFFQ69G5FAV:1")
                        .statusCode())
                .isEqualTo(404);
        assertThat(client.request("GET", RUN, "Last-Event-ID", "7").statusCode())
                .isEqualTo(400);
        answerOnceUponATime();
        String task = background();
        client.awaitTask(task, "completed");
        assertThat(client.request("GET", RUN, "Last-Event-ID", task + ":1").body())
                .contains("read its events at tasks/" + task + "/events");
    }

    @Test
    void anErrorOfARunThatIsStartedByGetIsToldOnce() throws Exception {
        upstream.answers(FakeUpstream.events(
                FakeUpstream.openAi("Once"), "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n"));
        HttpResponse<String> response = client.get(RUN);
        String task = taskId(response);
        assertThat(response.body()).contains("id: " + task + ":end\nevent: error\ndata: {");
        assertThat(client.request("GET", RUN, "Last-Event-ID", task + ":end").statusCode())
                .isEqualTo(204);
        assertThat(client.request("GET", RUN, "Last-Event-ID", task + ":1").body())
                .contains("event: error\ndata: {");
    }

    @Test
    void aClientThatDropsAtRandomPointsRebuildsEveryByteOnce() throws Exception {
        int count = 1_000;
        StringBuilder whole = new StringBuilder();
        String[] pieces = new String[count + 1];
        for (int i = 0; i < count; i++) {
            String text = i % 7 == 0 ? i + "\n" : i % 11 == 0 ? "한🎉" : " " + i;
            pieces[i] = FakeUpstream.openAi(text);
            whole.append(text);
        }
        pieces[count] = "data: [DONE]\n\n";
        upstream.answers(FakeUpstream.events(pieces));
        Random random = new Random(3);
        StringBuilder rebuilt = new StringBuilder();
        HttpResponse<InputStream> response = client.openGet(RUN);
        String last = taskId(response) + ":0";
        int connections = 0;
        while (response.statusCode() != 204) {
            connections++;
            int least = random.nextInt(300);
            try (InputStream body = response.body()) {
                String read = new String(body.readNBytes(least), StandardCharsets.UTF_8);
                for (ReferenceEventParser.Event event : ReferenceEventParser.parse(read)) {
                    rebuilt.append(event.data());
                    last = event.id();
                }
            }
            assertThat(connections).isLessThan(2_000);
            response = client.openGet(RUN, "Last-Event-ID", last);
        }
        assertThat(rebuilt.toString()).isEqualTo(whole.toString());
        assertThat(connections).isGreaterThan(200);
    }

    @Test
    void aClientThatStaysAwayEndsItsRun() throws Exception {
        upstream.answers(FakeUpstream.endless(FakeUpstream.openAi("more")));
        HttpResponse<InputStream> response = client.openGet(RUN);
        assertThat(response.body().read()).isEqualTo('i');
        response.body().close();
        assertThat(client.awaitTask(taskId(response), "cancelled").get("error"))
                .isEqualTo(Map.of("detail", "client disconnected"));
        assertThat(upstream.awaitAbandoned()).isTrue();
    }

    @Test
    void aClientThatComesBackFindsItsRunAtWork() throws Exception {
        CountDownLatch back = new CountDownLatch(1);
        upstream.answers(exchange -> {
            OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
            out.write(FakeUpstream.openAi("Once").getBytes(StandardCharsets.UTF_8));
            out.flush();
            back.await();
            out.write((FakeUpstream.openAi(" upon") + "data: [DONE]\n\n").getBytes(StandardCharsets.UTF_8));
            out.close();
        });
        HttpResponse<InputStream> first = client.openGet(RUN);
        assertThat(first.body().read()).isEqualTo('i');
        first.body().close();
        HttpResponse<InputStream> second = client.openGet(RUN, "Last-Event-ID", taskId(first) + ":1");
        back.countDown();
        assertThat(new String(second.body().readAllBytes(), StandardCharsets.UTF_8))
                .contains("id: " + taskId(first) + ":2\ndata:  upon\n\n")
                .doesNotContain("Once", "event: error");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aReaderOfEventsThatLeavesIsNoticedThoughTheRunGoesOn() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        upstream.answers(FakeUpstream.silentAfter(FakeUpstream.openAi("Once"), over));
        String task = background();
        int port;
        try (Socket reader = new Socket(base.getHost(), base.getPort())) {
            port = reader.getLocalPort();
            reader.getOutputStream()
                    .write(("GET " + base.getPath() + "api/tasks/" + task + "/events HTTP/1.1\r\nHost: "
                                    + base.getHost() + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(reader.getInputStream().read()).isPositive();
            assertThat(serverHolds(port)).isTrue();
        }
        client.await(() -> !serverHolds(port), "the server to let go of the connection");
        assertThat(client.get("api/tasks/" + task).body()).contains("\"status\":\"processing\"");
        client.delete("api/tasks/" + task);
        over.countDown();
    }

    /** Whether the server has a socket for a connection from {@code port}, by the system's table of sockets. */
    private boolean serverHolds(int port) throws IOException {
        String ends = String.format(".*:%04X [0-9A-F]+:%04X .*", base.getPort(), port);
        for (String table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
            if (Files.readAllLines(Path.of(table)).stream().anyMatch(line -> line.matches(ends))) {
                return true;
            }
        }
        return false;
    }

    @Test
    @EnabledIf(value = "dev.weir.it.Chromium#isInstalled", disabledReason = Chromium.MISSING)
    void aBrowsersEventSourceReadsARunAndDoesNotStartAnother() throws Exception {
        answerOnceUponATime();
        String script = """
                url => new Promise(ended => {
                  const source = new EventSource(url);
                  let text = '';
                  source.onmessage = event => { text += event.data; };
                  source.onerror = () => { if (source.readyState === EventSource.CLOSED) ended(text); };
                })""";
        try (Chromium chromium = Chromium.start()) {
            Page page = chromium.browser().newPage();
            // The page, since scripts do not run in answers of the API.
            page.navigate(client.at("").toString());
            assertThat(page.evaluate(script, client.at(RUN).toString())).isEqualTo("Once upon\n 한🎉");
        }
        upstream.request();
        assertThat(upstream.idle()).isTrue();
    }

    @Test
    void theStandardClientOfJaxRsReadsBoth() throws Exception {
        answerOnceUponATime();
        String task = background();
        assertThat(read("api/tasks/" + task + "/events", 4))
                .containsExactly(
                        "\"Once\"",
                        "\" upon\\n\"",
                        "\" 한🎉\"",
                        "{\"task_id\":\"" + task + "\",\"status\":\"completed\"}");
        // Jersey's client drops all leading spaces of a text, not only the space of the format.
        assertThat(read(RUN, 3)).extracting(String::stripLeading).containsExactly("Once", "upon\n", "한🎉");
    }

    private List<String> read(String path, int count) throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        Client jaxRs = ClientBuilder.newClient();
        try (SseEventSource source =
                SseEventSource.target(jaxRs.target(client.at(path))).build()) {
            source.register(event -> {
                if (!event.isEmpty()) {
                    seen.add(event.readData());
                }
            });
            source.open();
            List<String> read = new ArrayList<>();
            while (read.size() < count) {
                String next = seen.poll(30, TimeUnit.SECONDS);
                assertThat(next).as("event %s of %s", read.size() + 1, path).isNotNull();
                read.add(next);
            }
            return read;
        } finally {
            jaxRs.close();
        }
    }
}
