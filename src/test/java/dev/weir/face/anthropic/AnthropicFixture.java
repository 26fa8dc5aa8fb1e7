package dev.weir.face.anthropic;

import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.face.FaceFixture;
import dev.weir.json.Json;
import dev.weir.sse.RecordingResponse;
import dev.weir.stream.Summary;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Answers requests of Anthropic's clients with workflows of one component that behaves as a test defines. */
final class AnthropicFixture implements AutoCloseable {
    static final String YAML = """
            workflow: {id: m, component: a}
            component: {id: a, type: http-client, endpoint: 'http://127.0.0.1:9', body: {p: '${input.prompt}'}}
            """;
    static final String USER = "{\"role\":\"user\",\"content\":\"Hi\"}";

    private final FaceFixture face;

    AnthropicFixture(String yaml, Function<Invocation, Output> behaviour) {
        face = new FaceFixture(yaml, behaviour, AnthropicErrors::new);
    }

    /** A workflow with an http-client, whose output is the text a. */
    static AnthropicFixture of(String inputs, String exposure) {
        return new AnthropicFixture(
                "workflow: {id: m, component: a" + exposure + "}\n"
                        + "component: {id: a, type: http-client, endpoint: 'http://127.0.0.1:9', body: {" + inputs
                        + "}}\n",
                call -> new Output.Value("a"));
    }

    /** The body of a request. */
    static String ask(String messages, String more) {
        return "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[" + messages + "]" + more + "}";
    }

    /** Answers a request to a workflow with one output; gives the body of the answer, with the task's id as T. */
    static String answer(Output output, String more) throws InterruptedException {
        try (AnthropicFixture fixture = new AnthropicFixture(YAML, call -> output)) {
            return fixture.post(ask(USER, more));
        }
    }

    static Output stream(Object... chunks) {
        return FaceFixture.stream(Summary.UNKNOWN, chunks);
    }

    /** Values of JSON with apostrophes in place of quotation marks. */
    static Object[] parsed(String... json) {
        return List.of(json).stream()
                .map(each -> Json.parse(each.replace('\'', '"')))
                .toArray();
    }

    String post(String json) throws InterruptedException {
        return face.post(MessageRequest::read, json);
    }

    /** The input of the workflow that a request gives. */
    Object input(String json) throws InterruptedException {
        String answer = post(json);
        if (face.inputs().isEmpty()) {
            throw new AssertionError("no run: " + answer);
        }
        return face.inputs().get(face.inputs().size() - 1);
    }

    /** The status, the type and the message of a refusal, separated by spaces. */
    String refusal(String json) throws InterruptedException {
        Map<?, ?> error = (Map<?, ?>) ((Map<?, ?>) Json.parse(post(json))).get("error");
        return response().status() + " " + error.get("type") + " " + error.get("message");
    }

    RecordingResponse response() {
        return face.response();
    }

    List<Map<String, Object>> parameters() {
        return face.parameters();
    }

    @Override
    public void close() {
        face.close();
    }
}
