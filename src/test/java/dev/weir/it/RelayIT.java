package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.binding.Json;
import dev.weir.component.http.FakeUpstream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
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

/** The streaming chat of the model-compose guide, with only its {@code base_url} changed, relays an OpenAI stream. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(120)
class RelayIT {
    private static final String KEY = "sk-0123456789abcdef";
    private static final String HELLO =
            "{\"input\":{\"prompt\":\"Hello\"},\"output_only\":true,\"wait_for_completion\":true}";
    private static FakeUpstream upstream;

    @ArquillianResource
    private URL base;

    private WeirClient client;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(FakeUpstream.events());
        Path folder = Files.createDirectories(Path.of("target", "it", "relay"));
        String yaml = Files.readString(Path.of("src/test/resources/it/streaming-chat.yml"));
        Files.writeString(
                folder.resolve("model-compose.yml"), yaml.replace("https://api.openai.com/v1", upstream.url() + "/v1"));
        Files.writeString(folder.resolve(".env"), "OPENAI_API_KEY=" + KEY + "\n");
        return Wars.configured(
                folder.resolve("model-compose.yml"), "weir.sse.heartbeat=200ms", "weir.sse.write-timeout=1s");
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @BeforeEach
    void begin() throws Exception {
        client = new WeirClient(base);
        client.awaitReady();
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
        HttpResponse<InputStream> response = client.open(HELLO);
        assertThat(response.body().read()).isEqualTo('d');
        response.body().close();
        assertThat(upstream.awaitAbandoned()).isTrue();
        String taskId = response.headers().firstValue("X-Task-Id").orElseThrow();
        assertThat(client.awaitTask(taskId, "cancelled").get("status")).isEqualTo("cancelled");
    }

    @Test
    void aClientThatHangsUpOnASilentStreamIsFoundByTheHeartbeat() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        upstream.answers(exchange -> {
            OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
            out.write(FakeUpstream.openAi("Once").getBytes(StandardCharsets.UTF_8));
            out.flush();
            over.await();
        });
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

    /** The end of a stream's text; of one that broke off, says so too. */
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
}
