package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ServerContainer;
import dev.weir.it.server.ServerJvm;
import dev.weir.json.Json;
import dev.weir.telemetry.PrometheusReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The streaming chat of the model-compose guide relays an OpenAI stream; only its {@code base_url} changes. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(120)
class RelayIT {
    private static final String KEY = "sk-0123456789abcdef";
    private static final String HELLO =
            "{\"input\":{\"prompt\":\"Hello\"},\"output_only\":true,\"wait_for_completion\":true}";
    private static final String CONFIGURATION = "streaming-chat.yml";
    private static final Path FILE = Path.of("target", "it", "relay", "model-compose.yml");
    private static FakeUpstream upstream;

    @ArquillianResource
    private URL base;

    private WeirClient client;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(FakeUpstream.events());
        Wars.relay(FILE, CONFIGURATION, upstream);
        Files.writeString(FILE.resolveSibling(".env"), "OPENAI_API_KEY=" + KEY + "\n");
        return Wars.configured(
                FILE, "weir.sse.heartbeat=200ms", "weir.sse.write-timeout=1s", "weir.config.reload=true");
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

    @Test
    void chunksAreRelayedByteForByte() throws Exception {
        upstream.answers(FakeUpstream.events(
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n",
                FakeUpstream.openAi("Once"),
                FakeUpstream.openAi(" upon"),
                FakeUpstream.openAi(" a\n\ntime"),
                FakeUpstream.openAi(" 한🎉"),
                "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
                "data: [DONE]\n\n"));
        HttpResponse<String> response = client.run(HELLO);

        assertThat(response.body())
                .isEqualTo("data: Once\n\ndata:  upon\n\ndata:  a\ndata: \ndata: time\n\ndata:  한🎉\n\n");
        assertThat(response.statusCode()).isEqualTo(200);

        FakeUpstream.Request request = upstream.request();
        assertThat(request.target()).isEqualTo("/v1/chat/completions");
        assertThat(request.header("Authorization")).isEqualTo("Bearer " + KEY);
        assertThat(Json.parse(request.body()))
                .isEqualTo(Map.of(
                        "model",
                        "gpt-4o",
                        "messages",
                        List.of(Map.of("role", "user", "content", "Hello")),
                        "stream",
                        true));
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
        try (InputStream body = client.open(HELLO).body()) {
            assertThat(new String(body.readNBytes(12), StandardCharsets.UTF_8)).isEqualTo("data: Once\n\n");
            seen.countDown();
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).endsWith("data:  upon\n\n");
        }
    }

    @Test
    void anUpstreams401IsA502BeforeAnyEvent() throws Exception {
        upstream.answers(FakeUpstream.whole(
                401, "application/json", "{\"error\":{\"message\":\"Incorrect API key provided: " + KEY + "\"}}"));
        HttpResponse<String> response = client.run(HELLO);
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        assertThat(response.body())
                .contains("401", "Incorrect API key provided: ***")
                .doesNotContain(KEY);
    }

    @Test
    void anErrorAfterTheFirstChunkIsAnErrorEvent() throws Exception {
        upstream.answers(FakeUpstream.events(
                FakeUpstream.openAi("Once"), "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n"));
        HttpResponse<String> response = client.run(HELLO);
        assertThat(response.body())
                .startsWith("data: Once\n\nevent: error\ndata: {")
                .endsWith("}\n\n");
        assertThat(response.body()).contains("overloaded", "\"status\":502", "\"task_id\":");
    }

    @Test
    void aDeadUpstreamIsA502() throws Exception {
        upstream.answers(exchange -> exchange.close());
        assertThat(client.run(HELLO).statusCode()).isEqualTo(502);
    }

    @Test
    void aClientThatHangsUpEndsTheUpstreamsRequest() throws Exception {
        upstream.answers(FakeUpstream.endless(FakeUpstream.openAi("more")));
        String taskId = client.hangUp(HELLO);
        assertThat(upstream.awaitAbandoned()).isTrue();
        assertThat(client.awaitTask(taskId, "cancelled").get("status")).isEqualTo("cancelled");
    }

    @Test
    void aClientThatHangsUpOnASilentStreamIsFoundByTheHeartbeat() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        upstream.answers(FakeUpstream.silentAfter(FakeUpstream.openAi("Once"), over));
        HttpResponse<InputStream> response = client.open(HELLO);
        assertThat(response.body().read()).isEqualTo('d');
        response.body().close();
        String taskId = response.headers().firstValue("X-Task-Id").orElseThrow();
        assertThat(client.awaitTask(taskId, "cancelled").get("status")).isEqualTo("cancelled");
        over.countDown();
    }

    @Test
    void aClientThatReadsNothingIsDropped() throws Exception {
        upstream.answers(FakeUpstream.endless(FakeUpstream.openAi("more ".repeat(2_000))));
        HttpResponse<InputStream> response = client.open(HELLO);
        String taskId = response.headers().firstValue("X-Task-Id").orElseThrow();
        try (InputStream unread = response.body()) {
            Map<String, Object> task = client.awaitTask(taskId, "cancelled");
            assertThat(task.get("status")).isEqualTo("cancelled");
            assertThat(task.get("error"))
                    .isEqualTo(Map.of("detail", "the client took nothing for 1000 ms (weir.sse.write-timeout)"));
            assertThat(upstream.awaitAbandoned()).isTrue();
            assertThat(endOf(unread)).containsAnyOf("event: error", "broken off");
        }
    }

    /** The last part of a stream's text; marks a stream that broke. */
    private static String endOf(InputStream body) {
        try {
            String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            return text.substring(Math.max(0, text.length() - 1_000));
        } catch (IOException e) {
            return "broken off";
        }
    }

    @Test
    void deletingTheTaskEndsTheStreamWithAnError() throws Exception {
        upstream.answers(FakeUpstream.endless(FakeUpstream.openAi("more")));
        HttpResponse<InputStream> response = client.open(HELLO);
        String taskId = response.headers().firstValue("X-Task-Id").orElseThrow();
        assertThat(response.body().read()).isEqualTo('d');
        assertThat(client.delete("api/tasks/" + taskId).statusCode()).isEqualTo(202);
        String rest = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(rest).contains("event: error\ndata: {").endsWith("}\n\n");
        assertThat(upstream.awaitAbandoned()).isTrue();
    }

    @Test
    void aFileThatIsUploadedIsGoneWithItsRun() throws Exception {
        upstream.answers(FakeUpstream.events(FakeUpstream.openAi("Read")));
        String large = "x".repeat(300_000);
        HttpResponse<String> response = client.post(
                "multipart/form-data; boundary=b",
                "--b\r\nContent-Disposition: form-data; name=\"output_only\"\r\n\r\n1\r\n"
                        + "--b\r\nContent-Disposition: form-data; name=\"input[prompt]\"; filename=\"p.txt\"\r\n\r\n"
                        + large + "\r\n--b--\r\n");
        assertThat(response.body()).isEqualTo("data: Read\n\n");
        assertThat(upstream.request().body()).contains(large);
        client.awaitTask(response.headers().firstValue("X-Task-Id").orElseThrow(), "completed");
        ServerJvm server = ServerContainer.running().jvm();
        client.await(
                () -> server.temporaryFiles().stream()
                        .noneMatch(file -> file.getFileName().toString().startsWith("upload-")),
                "the end of the file that was uploaded");
    }

    @Test
    void theApiMovesToItsBasePathAndAnswersPagesOfItsOrigins() throws Exception {
        String moved = Wars.relayed(CONFIGURATION, upstream)
                .replace(
                        "  port: 8080\n",
                        "  base_path: /v1\n  origins: [https://a.example, https://b.example]\n  webui: {}\n");
        assertThat(moved).contains("base_path");
        Files.writeString(FILE, moved);
        client = new WeirClient(base, "v1");
        try {
            client.awaitReady();
            aChunkArrivesBeforeTheNextOneExists();
            anUpstreams401IsA502BeforeAnyEvent();
            aClientThatHangsUpEndsTheUpstreamsRequest();
            theConfiguredPathIsTheOnlyOne();
            onlyPagesOfTheOriginsMayCall();
        } finally {
            Files.writeString(FILE, Wars.relayed(CONFIGURATION, upstream));
            new WeirClient(base).awaitReady();
        }
    }

    @Test
    void aFilePassesWithItsTypeNameAndLengthAndIsNeverCutInSilence() throws Exception {
        String files = Files.readString(Path.of("src/test/resources/it/files.yml"));
        Files.writeString(FILE, files.replace("https://api.openai.com/v1", upstream.url() + "/v1"));
        try {
            while (!client.get("api/workflows").body().contains("\"streamed\"")) {
                LockSupport.parkNanos(20_000_000);
            }
            byte[] speech = "ID3\0speech".getBytes(StandardCharsets.UTF_8);
            for (String workflow : List.of("streamed", "whole")) {
                aWholeFilePasses(workflow, speech);
                aCutFileIsSeen(workflow, speech);
            }
        } finally {
            Files.writeString(FILE, Wars.relayed(CONFIGURATION, upstream));
            while (client.get("api/workflows").body().contains("\"streamed\"")) {
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private void aWholeFilePasses(String workflow, byte[] speech) throws Exception {
        upstream.answers(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "audio/mpeg");
            exchange.getResponseHeaders().set("Content-Disposition", "attachment; filename=\"speech.mp3\"");
            exchange.sendResponseHeaders(200, speech.length);
            exchange.getResponseBody().write(speech);
        });
        HttpResponse<InputStream> response = client.open(runOf(workflow));
        assertThat(response.body().readAllBytes()).isEqualTo(speech);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("audio/mpeg");
        assertThat(response.headers().firstValue("Content-Disposition")).hasValue("inline; filename=\"speech.mp3\"");
        assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(speech.length);
    }

    private void aCutFileIsSeen(String workflow, byte[] speech) throws Exception {
        upstream.answers(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "audio/mpeg");
            exchange.sendResponseHeaders(200, 5000);
            exchange.getResponseBody().write(speech);
            exchange.getResponseBody().flush();
            throw new IOException("drop the connection");
        });
        HttpResponse<InputStream> response = client.open(runOf(workflow));
        if (workflow.equals("whole")) {
            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("cut short");
        } else {
            assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(5000);
            long began = System.nanoTime();
            assertThatThrownBy(() -> response.body().readAllBytes()).isInstanceOf(IOException.class);
            // This must happen earlier than the server's limit for idle connections, 30 s.
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(25));
        }
    }

    private static String runOf(String workflow) {
        return "{\"workflow_id\":\"" + workflow + "\",\"input\":{},\"output_only\":true}";
    }

    private void theConfiguredPathIsTheOnlyOne() throws Exception {
        assertThat(client.get("api/health").statusCode()).isEqualTo(404);
        assertThat(client.get("api/health").body()).contains("nothing is served at this path");
        assertThat(client.get("v1/nothing").statusCode()).isEqualTo(404);
        assertThat(client.get("v1/workflows?include_schema=true").body()).contains("\"input\"");
        assertThat(client.get("v1/workflows/%ED%95%9C%20%25/schema").body()).contains("'한 %'");
        assertThat(client.get("v1/%2e%2e/WEB-INF/beans.xml").statusCode()).isBetween(400, 404);
        assertThat(client.get("base.js").body()).isEqualTo("export const API_BASE = \"./v1/\";\n");
        assertThat(client.get("").statusCode()).isEqualTo(200);
    }

    private void onlyPagesOfTheOriginsMayCall() throws Exception {
        upstream.answers(FakeUpstream.events(FakeUpstream.openAi("Once")));
        String[] preflight = {"Origin", "https://b.example", "Access-Control-Request-Method", "POST"};
        HttpResponse<String> allowed = client.request("OPTIONS", "v1/workflows/runs", preflight);
        assertThat(allowed.statusCode()).isEqualTo(204);
        assertThat(allowed.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://b.example");
        assertThat(allowed.headers().allValues("Vary")).contains("Origin");

        preflight[1] = "https://c.example";
        HttpResponse<String> refused = client.request("OPTIONS", "v1/workflows/runs", preflight);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();

        HttpResponse<String> read = client.request("GET", "v1/health", "Origin", "https://a.example");
        assertThat(read.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://a.example");
        assertThat(client.request("GET", "v1/health", "Origin", "https://c.example")
                        .headers()
                        .firstValue("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    @Test
    void theMetricsHaveTheRunAndItsUpstream() throws Exception {
        upstream.answers(FakeUpstream.events(
                FakeUpstream.openAi("Once"),
                "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
                "data: [DONE]\n\n"));
        assertThat(client.run(HELLO).statusCode()).isEqualTo(200);
        String call = "gen_ai_client_operation_duration_seconds_count{gen_ai_operation_name=\"chat\",";
        Map<String, Double> samples = Map.of();
        // The response ends before its run is recorded.
        while (samples.keySet().stream().noneMatch(key -> key.startsWith("weir_stream_chunks_total"))
                || samples.keySet().stream().noneMatch(key -> key.startsWith(call))) {
            HttpResponse<String> metrics = client.get("api/metrics");
            assertThat(metrics.statusCode()).isEqualTo(200);
            assertThat(metrics.headers()
                            .firstValue("Content-Type")
                            .orElseThrow()
                            .replace(" ", "")
                            .toLowerCase(Locale.ROOT))
                    .startsWith("text/plain;")
                    .contains("version=0.0.4", "charset=utf-8");
            samples = PrometheusReader.read(metrics.body());
        }
        assertThat(samples.keySet())
                .contains("weir_queue_waiting{pool=\"runs\"}")
                .anyMatch(key -> key.startsWith(call) && key.contains("gen_ai_request_model=\"gpt-4o\""));
    }
}
