package dev.weir.face.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.json.Json;
import dev.weir.sse.RecordingResponse;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Content;
import dev.weir.telemetry.TraceContext;
import dev.weir.workflow.RunState;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The messages of the endpoint, byte for byte. */
@Timeout(60)
class McpMessagesTest {
    private static final String META =
            "\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"weir\",\"version\":\"V\"}";
    private static final String TOKEN = ",\"progressToken\":\"p1\"";

    private final ChunkQueue queue = new ChunkQueue(8);
    private McpFixture fixture = new McpFixture(() -> new Output.Streamed(queue));

    @AfterEach
    void close() {
        fixture.close();
    }

    private void giving(Object value, Optional<Content> content) {
        fixture.close();
        fixture = new McpFixture(() -> new Output.Value(value, content));
    }

    private String answer(String message) throws InterruptedException {
        return McpFixture.written(fixture.send(message));
    }

    @Test
    void discoveryNamesTheVersionsAndTheExtension() throws Exception {
        RecordingResponse response = fixture.send(McpFixture.request("server/discover", ""));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Content-Type")).isEqualTo("application/json");
        assertThat(McpFixture.written(response))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\","
                        + "\"supportedVersions\":[\"2026-07-28\",\"2025-11-25\",\"2025-06-18\"],"
                        + "\"capabilities\":{\"tools\":{},\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}},"
                        + "\"ttlMs\":60000,\"cacheScope\":\"public\"," + META + "}}}");
        assertThat(fixture.released).hasValue(1);
    }

    @Test
    void toolsAreTheExposedWorkflowsInTheirOrder() throws Exception {
        assertThat(answer(McpFixture.request("tools/list", "")))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\",\"tools\":["
                        + "{\"name\":\"chat\",\"title\":\"Chat\",\"description\":\"Says something.\","
                        + "\"inputSchema\":{\"type\":\"object\",\"properties\":{"
                        + "\"prompt\":{\"type\":\"string\",\"description\":\"What to say\"},"
                        + "\"size\":{\"type\":\"string\",\"enum\":[\"small\",\"large\"],\"default\":\"small\"},"
                        + "\"options\":{\"type\":\"object\",\"properties\":{"
                        + "\"heat\":{\"type\":\"number\",\"minimum\":0,\"maximum\":2,\"default\":0.7}}}},"
                        + "\"required\":[\"prompt\"],\"additionalProperties\":false}},"
                        + "{\"name\":\"a_card\",\"inputSchema\":{\"type\":\"object\",\"properties\":{},"
                        + "\"additionalProperties\":false},"
                        + "\"outputSchema\":{\"type\":\"object\",\"properties\":{"
                        + "\"text\":{\"type\":[\"string\",\"null\"]},\"more\":{}}}},"
                        + "{\"name\":\"raw\",\"inputSchema\":{\"type\":\"object\",\"properties\":{},"
                        + "\"additionalProperties\":false}}],"
                        + "\"ttlMs\":60000,\"cacheScope\":\"public\"," + META + "}}}");
    }

    @Test
    void aStreamWithATokenIsProgressAndAWholeResult() throws Exception {
        queue.offer("Hel");
        queue.offer("lo");
        queue.complete();
        RecordingResponse response = fixture.send(McpFixture.call("chat", TOKEN));
        assertThat(response.header("Content-Type")).isEqualTo("text/event-stream;charset=utf-8");
        assertThat(response.header("X-Accel-Buffering")).isEqualTo("no");
        assertThat(McpFixture.written(response))
                .isEqualTo("event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\","
                        + "\"params\":{\"progressToken\":\"p1\",\"progress\":1,\"message\":\"Hel\"}}\n\n"
                        + "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\","
                        + "\"content\":[{\"type\":\"text\",\"text\":\"Hello\"}],\"isError\":false,"
                        + META + ",\"dev.weir/taskId\":\"TASK\"}}}\n\n");
    }

    @Test
    void aStreamWithoutATokenIsOneMessage() throws Exception {
        queue.offer("한");
        queue.offer("\r\n🙂");
        queue.complete();
        RecordingResponse response = fixture.send(McpFixture.call("chat", ""));
        assertThat(response.header("Content-Type")).isEqualTo("application/json");
        assertThat(McpFixture.written(response))
                .contains("\"content\":[{\"type\":\"text\",\"text\":\"한\\r\\n🙂\"}],\"isError\":false");
    }

    @Test
    void anObjectIsAlsoStructured() throws Exception {
        giving(Map.of("text", "a"), Optional.empty());
        assertThat(answer(McpFixture.call("a_card", TOKEN)))
                .contains("\"content\":[{\"type\":\"text\",\"text\":\"{\\\"text\\\":\\\"a\\\",\\\"more\\\":null}\"}],"
                        + "\"structuredContent\":{\"text\":\"a\",\"more\":null},\"isError\":false");
    }

    @Test
    void aSmallImageIsInsideAndALargeOneIsALink() throws Exception {
        giving(new byte[] {1, 2, 3}, Optional.of(Content.of("image/png; q=1")));
        assertThat(answer(McpFixture.call("raw", "")))
                .contains("\"content\":[{\"type\":\"image\",\"data\":\"AQID\",\"mimeType\":\"image/png\"}]");
        byte[] large = new byte[ToolContent.LARGEST_INSIDE + 1];
        Optional<Content> type = Optional.of(Content.of("image/png"));
        ToolContent tool = new ToolContent("T", McpFixture.FILES);
        assertThat(Json.write(tool.result(large, type, true)))
                .startsWith("{\"content\":[{\"type\":\"resource_link\",\"uri\":\"" + McpFixture.FILES
                        + "T\",\"name\":\"output\",\"mimeType\":\"image/png\",\"size\":1048577}]");
        assertThat(Json.write(tool.result(large, type, false))).startsWith("{\"content\":[{\"type\":\"image\"");
        assertThat(Json.write(tool.result(new byte[1], Optional.empty(), false)))
                .startsWith("{\"content\":[{\"type\":\"resource\",\"resource\":{\"uri\":\"" + McpFixture.FILES
                        + "T\",\"mimeType\":\"application/octet-stream\",\"blob\":\"AA==\"}}]");
        giving(new byte[] {1}, Optional.of(Content.of("application/pdf")));
        assertThat(answer(McpFixture.call("raw", ""))).contains("\"type\":\"resource_link\"", "\"application/pdf\"");
    }

    @Test
    void aFailureIsAResultThatSaysSo() throws Exception {
        queue.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "the upstream reported an error"));
        RecordingResponse response = fixture.send(McpFixture.call("chat", TOKEN));
        assertThat(response.status()).isEqualTo(200);
        assertThat(McpFixture.written(response))
                .contains(
                        "\"content\":[{\"type\":\"text\",\"text\":\"",
                        "the upstream reported an error",
                        "\"isError\":true");
    }

    @Test
    void aFailureBehindProgressIsTheLastMessage() throws Exception {
        queue.offer("Hel");
        queue.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "gone"));
        assertThat(answer(McpFixture.call("chat", TOKEN)))
                .contains("\"message\":\"Hel\"}}\n\nevent: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":")
                .contains("component a: gone", "\"isError\":true")
                .endsWith("}\n\n");
    }

    @Test
    void anInputThatBreaksItsDeclarationIsAResultThatSaysSo() throws Exception {
        RecordingResponse response = fixture.send(McpFixture.request(
                "tools/call", "\"name\":\"chat\",\"arguments\":{\"prompt\":\"a\",\"size\":\"huge\"}"));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.written()).contains("input.size cannot be 'huge'", "\"isError\":true");
        assertThat(fixture.released).hasValueGreaterThan(0);
    }

    @Test
    void aClientThatLeavesCancelsTheRun() throws Exception {
        queue.offer("a");
        RecordingResponse response = new RecordingResponse() {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        fixture.send(McpFixture.call("chat", TOKEN), response);
        response.awaitEnd();
        while (!queue.isCancelled()) {
            Thread.onSpinWait();
        }
        assertThat(fixture.runner.tasks().open()).isZero();
    }

    @Test
    void aLongCallIsATaskThatCanBePolledAndCancelled() throws Exception {
        RecordingResponse response = new RecordingResponse();
        fixture.send(McpFixture.call("chat", ""), response);
        fixture.runner.timers().fire();
        response.awaitEnd();
        assertThat(McpFixture.written(response))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"task\",\"taskId\":\"TASK\","
                        + "\"status\":\"working\",\"createdAt\":\"TIME\",\"lastUpdatedAt\":\"TIME\",\"ttlMs\":3600000,"
                        + "\"pollIntervalMs\":1000," + META + "}}}");
        String task = response.written().replaceAll("(?s).*\"taskId\":\"([^\"]+)\".*", "$1");

        assertThat(poll(task)).contains("\"resultType\":\"complete\",\"taskId\":\"TASK\",\"status\":\"working\"");
        queue.offer("done");
        queue.complete();
        while (!(fixture.runner.tasks().find(task).orElseThrow().state() instanceof RunState.Completed)) {
            Thread.onSpinWait();
        }
        assertThat(poll(task))
                .contains(
                        "\"status\":\"completed\"",
                        "\"result\":{\"resultType\":\"complete\",\"content\":"
                                + "[{\"type\":\"text\",\"text\":\"done\"}],\"isError\":false");
        assertThat(answer(McpFixture.request("tasks/cancel", "\"taskId\":\"" + task + "\"")))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\"," + META + "}}}");
        assertThat(poll(task)).contains("\"status\":\"completed\"");
    }

    @Test
    void aTaskThatIsCancelledSaysWhy() throws Exception {
        RecordingResponse response = new RecordingResponse();
        fixture.send(McpFixture.call("chat", ""), response);
        fixture.runner.timers().fire();
        response.awaitEnd();
        String task = response.written().replaceAll("(?s).*\"taskId\":\"([^\"]+)\".*", "$1");
        fixture.send(McpFixture.request("tasks/cancel", "\"taskId\":\"" + task + "\""));
        assertThat(poll(task)).contains("\"status\":\"cancelled\"", "\"statusMessage\":\"cancelled by tasks/cancel\"");
        // The task is cancelled before its stream is closed.
        while (!queue.isCancelled()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aTaskThatFailedHasAnError() throws Exception {
        RecordingResponse response = new RecordingResponse();
        fixture.send(McpFixture.call("chat", ""), response);
        fixture.runner.timers().fire();
        response.awaitEnd();
        String task = response.written().replaceAll("(?s).*\"taskId\":\"([^\"]+)\".*", "$1");
        queue.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "gone"));
        while (!fixture.runner.tasks().find(task).orElseThrow().state().ended()) {
            Thread.onSpinWait();
        }
        assertThat(poll(task)).contains("\"status\":\"failed\"", "\"error\":{\"code\":-32603,\"message\":\"");
    }

    private String poll(String task) throws InterruptedException {
        return answer(McpFixture.request("tasks/get", "\"taskId\":\"" + task + "\""));
    }

    @Test
    void aClientWithoutTheExtensionWaits() throws Exception {
        RecordingResponse response = new RecordingResponse();
        fixture.send(
                McpFixture.call("chat", "").replace("{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}", "{}"),
                response);
        assertThat(fixture.runner.timers().pending()).isZero();
        queue.complete();
        response.awaitEnd();
        assertThat(response.written()).contains("\"text\":\"\"", "\"isError\":false");
    }

    @Test
    void olderClientsShakeHands() throws Exception {
        McpHeaders none = new McpHeaders(null, null, null);
        assertThat(McpFixture.written(fixture.send(
                        "{\"jsonrpc\":\"2.0\",\"id\":\"i\",\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
                                + "\"2025-06-18\",\"capabilities\":{},\"clientInfo\":{\"name\":\"c\",\"version\":\"1\"}}}",
                        none)))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"i\",\"result\":{\"protocolVersion\":\"2025-06-18\","
                        + "\"capabilities\":{\"tools\":{\"listChanged\":false}},"
                        + "\"serverInfo\":{\"name\":\"weir\",\"version\":\"V\"}}}");
        assertThat(fixture.send(
                                "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"1\"}}",
                                none)
                        .written())
                .contains("\"protocolVersion\":\"2025-11-25\"");
        RecordingResponse accepted =
                fixture.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", none);
        assertThat(accepted.status()).isEqualTo(202);
        assertThat(accepted.written()).isEmpty();
        McpHeaders older = new McpHeaders("2025-11-25", null, null);
        assertThat(fixture.send("{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"ping\"}", older)
                        .written())
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}");
        assertThat(fixture.send("{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"tools/list\",\"params\":{}}", older)
                        .written())
                .startsWith("{\"jsonrpc\":\"2.0\",\"id\":4,\"result\":{\"tools\":[{\"name\":\"chat\"")
                .doesNotContain("resultType", "ttlMs", "cacheScope", "serverInfo");
        giving(Map.of("text", List.of()), Optional.empty());
        assertThat(McpFixture.written(fixture.send(
                        "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/call\",\"params\":{\"name\":\"raw\"}}",
                        none)))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{\"content\":[{\"type\":\"text\",\"text\":"
                        + "\"{\\\"text\\\":[]}\"}],\"structuredContent\":{\"text\":[]},\"isError\":false,"
                        + "\"_meta\":{\"dev.weir/taskId\":\"TASK\"}}}");
    }

    @Test
    void aThousandCallsLeaveNothing() throws Exception {
        giving("text", Optional.empty());
        for (int i = 0; i < 1000; i++) {
            fixture.send(McpFixture.call("raw", i % 2 == 0 ? "" : TOKEN));
        }
        assertThat(fixture.released).hasValue(1000);
        assertThat(fixture.runner.tasks().open()).isZero();
        assertThat(fixture.runner.timers().pending()).isZero();
    }

    @Test
    void theTraceOfAMessageWinsOverThatOfItsRequest() throws InterruptedException {
        giving("text", Optional.empty());
        TraceContext ofRequest = new TraceContext("1".repeat(32), "2".repeat(16), "00", "");
        fixture.access.continueTrace(ofRequest);
        answer(McpFixture.call("chat", ",\"traceparent\":\"forged\""));
        assertThat(fixture.access.trace()).isEqualTo(ofRequest);
        TraceContext ofMessage = new TraceContext("3".repeat(32), "4".repeat(16), "01", "a=1");
        answer(McpFixture.call("chat", ",\"traceparent\":\"" + ofMessage.parent() + "\",\"tracestate\":\"a=1\""));
        assertThat(fixture.access.trace()).isEqualTo(ofMessage);
    }
}
