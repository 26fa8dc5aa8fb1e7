package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.component.http.FakeUpstream;
import dev.weir.json.Json;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
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

/** Workflows are tools of the Model Context Protocol, for its SDK and for clients without one. */
@Tag(Matrix.TAG)
@ExtendWith({ArquillianExtension.class, Matrix.class})
@RunAsClient
@Timeout(120)
class McpIT {
    private static final String TEXT = " a\n\ntime 한🎉";
    private static final String BEGIN =
            "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"";
    private static final int PICTURE = (1 << 20) + 1;
    private static final long PACE_NANOS = 20_000_000;

    private static FakeUpstream upstream;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @ArquillianResource
    private URL base;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(McpIT::answer);
        Matrix.configure(upstream, "mcp.yml", text -> text);
        return Wars.built();
    }

    private static void answer(HttpExchange exchange) throws IOException, InterruptedException {
        switch (exchange.getRequestURI().getPath()) {
            case "/card" ->
                FakeUpstream.whole(200, "application/json", "{\"name\":\"Kim\"}")
                        .write(exchange);
            case "/picture" -> {
                exchange.getResponseHeaders().set("Content-Type", "image/png");
                exchange.sendResponseHeaders(200, PICTURE);
                exchange.getResponseBody().write(new byte[PICTURE]);
                exchange.close();
            }
            default ->
                FakeUpstream.events(
                                FakeUpstream.openAi("Once"),
                                FakeUpstream.openAi(" upon"),
                                FakeUpstream.openAi(TEXT),
                                "data: [DONE]\n\n")
                        .write(exchange);
        }
    }

    /** A stream that does not reach the limit of an output before its client leaves. */
    private static void writeSlowly(HttpExchange exchange) throws IOException {
        OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
        while (!Thread.currentThread().isInterrupted()) {
            out.write(FakeUpstream.openAi("more").getBytes(StandardCharsets.UTF_8));
            out.flush();
            LockSupport.parkNanos(PACE_NANOS);
        }
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @BeforeEach
    void begin() throws Exception {
        new WeirClient(base).awaitReady();
        upstream.answers(McpIT::answer);
        upstream.forgetRequests();
    }

    private HttpRequest.Builder endpoint() {
        return HttpRequest.newBuilder(URI.create(base + "tools")).header("Content-Type", "application/json");
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return http.send(request, BodyHandlers.ofString());
    }

    private static String call(String tool, String meta) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":{\"prompt\":\"Hello\"}" + meta + "}}";
    }

    private static Map<?, ?> result(String body) {
        return (Map<?, ?>) ((Map<?, ?>) Json.parse(body)).get("result");
    }

    private static McpSchema.CallToolRequest request(String tool, Map<String, Object> arguments) {
        return McpSchema.CallToolRequest.builder(tool).arguments(arguments).build();
    }

    @Test
    void theSdkListsAndCallsTools() {
        List<String> progress = new CopyOnWriteArrayList<>();
        McpSyncClient client = McpClient.sync(HttpClientStreamableHttpTransport.builder(
                                base.toString().replaceFirst("/$", ""))
                        .endpoint(base.getPath().replaceFirst("/$", "") + "/tools")
                        .build())
                .progressConsumer(notification -> progress.add(notification.message()))
                .build();
        try {
            assertThat(client.initialize().serverInfo().name()).isEqualTo("weir");
            assertThat(client.listTools().tools())
                    .extracting(McpSchema.Tool::name)
                    .containsExactly("chat", "card", "picture");
            McpSchema.CallToolResult chat = client.callTool(request("chat", Map.of("prompt", "Hello")));
            assertThat(chat.isError()).isFalse();
            assertThat(((McpSchema.TextContent) chat.content().get(0)).text()).isEqualTo("Once upon" + TEXT);
            McpSchema.CallToolResult streamed = client.callTool(McpSchema.CallToolRequest.builder("chat")
                    .arguments(Map.of("prompt", "Hello"))
                    .progressToken("p")
                    .build());
            assertThat(((McpSchema.TextContent) streamed.content().get(0)).text())
                    .isEqualTo("Once upon" + TEXT);
            // The SDK hands notifications to another thread than the result.
            while (progress.isEmpty()) {
                Thread.onSpinWait();
            }
            assertThat(client.callTool(request("card", Map.of())).structuredContent())
                    .isEqualTo(Map.of("name", "Kim"));
            upstream.answers(FakeUpstream.whole(500, "text/plain", "broken"));
            McpSchema.CallToolResult failed = client.callTool(request("chat", Map.of("prompt", "Hello")));
            assertThat(failed.isError()).isTrue();
            assertThat(((McpSchema.TextContent) failed.content().get(0)).text()).contains("500", "broken");
        } finally {
            client.close();
        }
    }

    @Test
    void aStreamHasProgressAndLeavingCancelsIt() throws Exception {
        upstream.answers(McpIT::writeSlowly);
        HttpResponse<InputStream> response = http.send(
                endpoint()
                        .POST(BodyPublishers.ofString(call("chat", ",\"_meta\":{\"progressToken\":1}")))
                        .build(),
                BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        assertThat(response.headers().firstValue("X-Accel-Buffering")).contains("no");
        byte[] begin = response.body().readNBytes(BEGIN.length());
        assertThat(new String(begin, StandardCharsets.UTF_8)).isEqualTo(BEGIN);
        response.body().close();
        assertThat(upstream.awaitAbandoned()).isTrue();
    }

    @Test
    void aLargePictureIsALink() throws Exception {
        HttpResponse<String> response = send(
                endpoint().POST(BodyPublishers.ofString(call("picture", ""))).build());
        Map<?, ?> block = (Map<?, ?>) ((List<?>) result(response.body()).get("content")).get(0);
        assertThat(block.get("type")).as(response.body()).isEqualTo("resource_link");
        HttpResponse<byte[]> file = http.send(
                HttpRequest.newBuilder(URI.create(String.valueOf(block.get("uri"))))
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.headers().firstValue("Content-Type")).contains("image/png");
        assertThat(file.headers().firstValue("Content-Disposition")).contains("attachment");
        assertThat(file.body()).hasSize(PICTURE);
        assertThat(send(HttpRequest.newBuilder(URI.create(base + "tools/files/01M81PBZDN8RATCDASQDFFVZE6"))
                                .build())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void otherMethodsAndBodiesAreRefused() throws Exception {
        for (String method : List.of("GET", "DELETE", "PUT")) {
            HttpResponse<String> response =
                    send(endpoint().method(method, BodyPublishers.noBody()).build());
            assertThat(response.statusCode()).as(method).isEqualTo(405);
            assertThat(response.headers().firstValue("Allow")).contains("POST");
            assertThat(response.body()).contains("\"error\":{\"code\":405");
        }
        for (String body : List.of("", "{", "nothing")) {
            HttpResponse<String> response =
                    send(endpoint().POST(BodyPublishers.ofString(body)).build());
            assertThat(response.statusCode()).as(body).isEqualTo(400);
            assertThat(response.body()).as(body).contains("\"error\":{\"code\":-32700");
        }
        for (String body : List.of("[]", "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]", "7", "null")) {
            HttpResponse<String> response =
                    send(endpoint().POST(BodyPublishers.ofString(body)).build());
            assertThat(response.statusCode()).as(body).isEqualTo(400);
            assertThat(response.body()).as(body).contains("\"error\":{\"code\":-32600");
        }
        assertThat(send(endpoint()
                                .header("Origin", "https://foreign.example")
                                .header("Sec-Fetch-Site", "cross-site")
                                .POST(BodyPublishers.ofString(
                                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}"))
                                .build())
                        .statusCode())
                .isEqualTo(202);
        assertThat(send(HttpRequest.newBuilder(URI.create(base + "faces/mcp"))
                                .POST(BodyPublishers.ofString("{}"))
                                .build())
                        .statusCode())
                .isEqualTo(404);
        assertThat(send(HttpRequest.newBuilder(URI.create(base + ".well-known/oauth-protected-resource"))
                                .build())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void theTraceOfAMessageReachesTheUpstream() throws Exception {
        String ofRequest = "00-" + "1".repeat(32) + "-" + "2".repeat(16) + "-01";
        String ofMessage = "00-" + "3".repeat(32) + "-" + "4".repeat(16) + "-00";
        send(endpoint()
                .header("traceparent", ofRequest)
                .POST(BodyPublishers.ofString(call("chat", "")))
                .build());
        assertThat(upstream.request().header("Traceparent")).isEqualTo(ofRequest);
        send(endpoint()
                .header("traceparent", ofRequest)
                .POST(BodyPublishers.ofString(call("chat", ",\"_meta\":{\"traceparent\":\"" + ofMessage + "\"}")))
                .build());
        assertThat(upstream.request().header("Traceparent")).isEqualTo(ofMessage);
    }
}
