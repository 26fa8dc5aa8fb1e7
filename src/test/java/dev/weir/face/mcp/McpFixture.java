package dev.weir.face.mcp;

import dev.weir.api.ProblemDocuments;
import dev.weir.api.response.AnswerBudget;
import dev.weir.api.run.RunResponder;
import dev.weir.json.Json;
import dev.weir.security.Access;
import dev.weir.sse.PumpFixture;
import dev.weir.sse.RecordingResponse;
import dev.weir.stream.Timers;
import dev.weir.workflow.RunnerFixture;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The endpoint without a server: messages in, recorded responses out. */
final class McpFixture implements AutoCloseable {
    static final String FILES = "http://weir.example/mcp/files/";

    /** The configuration of the tests. */
    static final String YAML = """
            controller:
              adapter:
                - {type: http-server}
                - {type: mcp-server}
            workflows:
              - id: chat
                title: Chat
                description: Says something.
                default: true
                input:
                  prompt: ${input.prompt as text @(description What to say)}
                  size: ${input.size as select/small,large | small}
                  heat: ${input.options.heat as slider/0,2,0.1 | 0.7}
                component: a
                output: ${output as text;sse-text}
              - id: a card
                component: a
                output: {text: '${output.text as text}', more: '${output.more}'}
              - {id: raw, component: a}
              - {id: hidden, component: a, private: true}
              - {id: elsewhere, component: a, mcp: false}
            component: {id: a, type: http-client, endpoint: 'http://127.0.0.1:9'}
            """;

    final RunnerFixture runner;
    final Access access = Access.open();
    final AtomicInteger released = new AtomicInteger();
    private final PumpFixture pumps = new PumpFixture();
    private final McpDispatch dispatch;

    McpFixture(RunnerFixture.Behaviour behaviour) {
        runner = RunnerFixture.of(behaviour, YAML);
        dispatch = new McpDispatch(
                runner.runs(),
                runner.tasks(),
                runner.workflows(),
                problems(),
                new CallForm.Services(new Timers(runner.timers()), Duration.ofSeconds(10), runner.runs()::requireSize));
    }

    private ProblemDocuments problems() {
        return new ProblemDocuments(runner.workflows());
    }

    /** Sends a message with the header fields of a client of the newest revision. */
    RecordingResponse send(String message) throws InterruptedException {
        RecordingResponse response = new RecordingResponse();
        send(message, response);
        response.awaitEnd();
        return response;
    }

    void send(String message, RecordingResponse response) {
        Map<String, @Nullable Object> fields = parsed(message);
        Object params = fields.get("params");
        Object name = params instanceof Map<?, ?> map ? map.get("name") : null;
        send(
                fields,
                new McpHeaders(
                        "2026-07-28", String.valueOf(fields.get("method")), name == null ? null : String.valueOf(name)),
                response);
    }

    /** Sends a message with other header fields. */
    RecordingResponse send(String message, McpHeaders headers) throws InterruptedException {
        RecordingResponse response = new RecordingResponse();
        send(parsed(message), headers, response);
        response.awaitEnd();
        return response;
    }

    private void send(Map<String, @Nullable Object> message, McpHeaders headers, RecordingResponse response) {
        McpFailures failures = new McpFailures(problems(), Optional.empty());
        RunResponder responder = new RunResponder(
                response,
                access,
                failures,
                new RunResponder.Services(
                        runner.runs(), problems(), pumps.open(), pumps.tasks(), new AnswerBudget(1 << 24)));
        dispatch.answer(
                message,
                new McpDispatch.Input(false, released::incrementAndGet),
                new McpDispatch.Exchange(access, headers, failures, FILES),
                responder);
    }

    @SuppressWarnings("unchecked") // The tests send objects.
    static Map<String, @Nullable Object> parsed(String message) {
        return new LinkedHashMap<>((Map<String, @Nullable Object>) Json.parse(message));
    }

    /** A request of the newest revision. */
    static String request(String method, String params) {
        return request(method, params, "");
    }

    /** A request of the newest revision with further members of {@code _meta}. */
    static String request(String method, String params, String meta) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{" + params
                + (params.isEmpty() ? "" : ",")
                + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}"
                + meta + "}}}";
    }

    static String call(String tool, String meta) {
        return request("tools/call", "\"name\":\"" + tool + "\",\"arguments\":{\"prompt\":\"Hi\"}", meta);
    }

    /** The written text, with fixed words for the values that differ at each run. */
    static String written(RecordingResponse response) {
        return response.written()
                .replace("\"version\":" + Json.write(dev.weir.Version.NUMBER), "\"version\":\"V\"")
                .replaceAll("01[0-9A-Z]{24}", "TASK")
                .replaceAll("\"20\\d\\d-[^\"]*T[^\"]*Z\"", "\"TIME\"");
    }

    @Override
    public void close() {
        pumps.close();
    }
}
