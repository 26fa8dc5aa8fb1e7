package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.weir.component.http.FakeUpstream;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The tests of the clients of other APIs share an upstream, its texts, and two callers. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(180)
abstract class ModelClients {
    static final String ALICE = "alice-0123456789abcdef";
    static final String BOB = "bob-0123456789abcdef";
    static final List<String> TEXTS = List.of("Once", " upon", " a\n\ntime\r\n", " 한글🎉", "x".repeat(1 << 20), "\n");
    static FakeUpstream upstream;

    @ArquillianResource
    URL base;

    final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** The application with a configuration of {@code src/test/resources/it}, and an upstream that the tests define. */
    static WebArchive war(String api) throws IOException {
        Path file = Path.of("target", "it", api, "model-compose.yml");
        upstream = new FakeUpstream(FakeUpstream.events());
        Wars.relay(file, api + ".yml", upstream);
        Files.writeString(file.resolveSibling(".env"), "ALICE_KEY=" + ALICE + "\nBOB_KEY=" + BOB + "\n");
        return Wars.configured(
                file, "weir.sse.heartbeat=200ms", "weir.http.max-body=3000000", "weir.metrics.open=true");
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @BeforeEach
    void awaitReady() throws Exception {
        new WeirClient(base).awaitReady();
        upstream.forgetRequests();
    }

    static void answersTexts() {
        upstream.answers(
                FakeUpstream.events(TEXTS.stream().map(FakeUpstream::openAi).toArray(String[]::new)));
    }

    /** Streams the texts of the upstream through a model of LangChain4j. */
    static void requireTexts(StreamingChatModel model) throws Exception {
        answersTexts();
        StringBuilder text = new StringBuilder();
        CompletableFuture<ChatResponse> whole = new CompletableFuture<>();
        model.chat("Hello", new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String part) {
                text.append(part);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                whole.complete(response);
            }

            @Override
            public void onError(Throwable error) {
                whole.completeExceptionally(error);
            }
        });
        ChatResponse response = whole.get(60, TimeUnit.SECONDS);
        assertThat(text).hasToString(String.join("", TEXTS));
        assertThat(response.aiMessage().text()).isEqualTo(String.join("", TEXTS));
        assertThat(response.finishReason()).hasToString("STOP");
    }

    /** Waits until the upstream has lost its client, and the run is cancelled. */
    void awaitCancelled(String taskId) throws Exception {
        assertThat(upstream.awaitAbandoned()).isTrue();
        WeirClient.await(
                () -> get("api/tasks/" + taskId, ALICE).body().contains("\"status\":\"cancelled\""),
                "the task is cancelled",
                30);
    }

    /** The task of a whole answer has completed, and only its caller sees it. */
    void requireOwnTask(String taskId) throws Exception {
        assertThat(get("api/tasks/" + taskId, ALICE).body()).contains("\"status\":\"completed\"");
        assertThat(get("api/tasks/" + taskId, BOB).statusCode()).isEqualTo(404);
    }

    HttpResponse<String> get(String path, String key) throws IOException, InterruptedException {
        return http.send(request(path, key).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String contentType, String body) throws IOException, InterruptedException {
        return http.send(
                request(path, ALICE)
                        .header("Content-Type", contentType)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, String key) {
        return HttpRequest.newBuilder(URI.create(base + path)).header("Authorization", "Bearer " + key);
    }
}
