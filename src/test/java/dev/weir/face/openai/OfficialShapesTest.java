package dev.weir.face.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JakartaJsonNode;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.face.FaceFixture;
import dev.weir.json.Json;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Summary;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every answer and chunk has the official shape. The shapes are beside the checkout; the test is skipped where they are not. */
@Timeout(60)
class OfficialShapesTest {
    private static final Path SHAPES = Path.of("../shared/schemas/openai.json");
    private static final String YAML = """
            workflow: {id: m, component: a%s}
            component: {id: a, type: http-client, endpoint: 'http://127.0.0.1:9', body: {p: '${input.prompt}'}}
            """;
    private static final String ASK = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

    private Validator validator;
    private URI shapes;

    @BeforeEach
    void readShapes() throws IOException {
        assumeTrue(Files.exists(SHAPES), SHAPES + " is not there");
        validator = new ValidatorFactory()
                .withJsonNodeFactory(new JakartaJsonNode.Factory())
                .createValidator();
        shapes = validator.registerSchema(URI.create("urn:openai"), Files.readString(SHAPES));
    }

    private void requireShape(String name, String json) {
        URI schema = validator.registerSchema(
                URI.create("urn:of:" + name), "{\"$ref\":\"" + shapes + "#/components/schemas/" + name + "\"}");
        assertThat(validator.validate(schema, json).getErrors().stream()
                        .map(error -> error.getInstanceLocation() + " " + error.getError())
                        .toList())
                .as(json)
                .isEmpty();
    }

    private void requireStream(String name, String events) {
        events.lines()
                .filter(line -> line.startsWith("data: {"))
                .forEach(line -> requireShape(name, line.substring("data: ".length())));
    }

    private static OpenAiFixture texts(String... texts) {
        return new OpenAiFixture(YAML.formatted(""), call -> {
            ChunkQueue queue = new ChunkQueue(8);
            List.of(texts).forEach(queue::offer);
            queue.complete();
            return new Output.Streamed(queue);
        });
    }

    @Test
    void chatCompletionsHaveTheirShape() throws Exception {
        try (OpenAiFixture fixture = texts("a", "b")) {
            requireShape("CreateChatCompletionResponse", fixture.post("chat", ASK + "}"));
            requireStream("CreateChatCompletionStreamResponse", fixture.post("chat", ASK + ",\"stream\":true}"));
            requireStream(
                    "CreateChatCompletionStreamResponse",
                    fixture.post("chat", ASK + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}"));
        }
    }

    @Test
    void completionsHaveTheirShape() throws Exception {
        try (OpenAiFixture fixture = texts("a", "b")) {
            requireShape("CreateCompletionResponse", fixture.post("completion", "{\"model\":\"m\",\"prompt\":\"a\"}"));
            // The official schema has no null for the finish reason, which all chunks but the last one have.
            String events = fixture.post("completion", "{\"model\":\"m\",\"prompt\":\"a\",\"stream\":true}");
            requireStream(
                    "CreateCompletionResponse", events.replace("\"finish_reason\":null", "\"finish_reason\":\"stop\""));
        }
    }

    @Test
    void embeddingsHaveTheirShape() throws Exception {
        try (OpenAiFixture fixture = new OpenAiFixture(
                YAML.formatted(", openai: {type: embedding}"), call -> new Output.Value(List.of(0.5, 1)))) {
            requireShape("CreateEmbeddingResponse", fixture.post("embedding", "{\"model\":\"m\",\"input\":\"a\"}"));
        }
    }

    @Test
    void responsesAndTheirEventsHaveTheirShape() throws Exception {
        for (Object[] chunks : List.of(new Object[] {"a", "b"}, ResponseFormTest.CALLS, ResponseFormTest.EVENTS)) {
            Output whole = FaceFixture.stream(Summary.UNKNOWN, chunks);
            requireShape("Response", ResponseFormTest.post(whole, ""));
            Output streamed = FaceFixture.stream(Summary.UNKNOWN, chunks);
            requireEvents(ResponseFormTest.post(streamed, ",\"stream\":true"));
        }
        ChunkQueue failed = new ChunkQueue(2);
        failed.offer("a");
        failed.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "broken"));
        requireEvents(ResponseFormTest.post(new Output.Streamed(failed), ",\"stream\":true"));
    }

    /** Each event has the shape of its own type, since the shape of any event has many ways to fail. */
    private void requireEvents(String events) {
        assertThat(events).startsWith("event: response.created\n");
        events.lines().filter(line -> line.startsWith("data: {")).forEach(line -> {
            String data = line.substring("data: ".length());
            String type = String.valueOf(((Map<?, ?>) Json.parse(data)).get("type"));
            String name = Stream.of(type.replace("response.output_text.", "response.text.")
                            .split("[._]"))
                    .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                    .collect(Collectors.joining("", "", "Event"));
            requireShape(name, data);
        });
    }

    @Test
    void errorsHaveTheirShape() throws Exception {
        try (OpenAiFixture fixture = new OpenAiFixture(YAML.formatted(""), call -> {
            throw new WeirException(ErrorCode.UPSTREAM_FAILED, "broken");
        })) {
            requireShape("ErrorResponse", fixture.post("chat", ASK + "}"));
            requireShape("ErrorResponse", fixture.post("chat", ASK + ",\"n\":2}"));
        }
    }
}
