package dev.weir.face.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.harrel.jsonschema.Error;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JakartaJsonNode;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.sse.RecordingResponse;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Content;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every message matches the schema of its revision. The schemas are no part of the project: without them the test is skipped. */
@Timeout(120)
class McpSchemasTest {
    private static final Path SCHEMAS = Path.of("..", "shared", "schemas");

    private Revision revision = Revision.R2026_07_28;
    private String schema = "";

    @ParameterizedTest
    @EnumSource(Revision.class)
    void messagesMatchTheSchema(Revision spoken) throws Exception {
        Path file = SCHEMAS.resolve("mcp-" + spoken.version() + ".json");
        assumeTrue(Files.exists(file), "the schemas of the protocol are not beside the checkout");
        revision = spoken;
        schema = Files.readString(file);
        if (spoken.isStateless()) {
            check(request("server/discover", ""), "DiscoverResult", new Output.Value("a"));
            check(request("absent", ""), "JSONRPCErrorResponse", new Output.Value("a"));
        } else {
            check(
                    request(
                            "initialize",
                            "\"protocolVersion\":\"" + spoken.version()
                                    + "\",\"capabilities\":{},\"clientInfo\":{\"name\":\"c\",\"version\":\"1\"}"),
                    "InitializeResult",
                    new Output.Value("a"));
            check(request("ping", ""), "EmptyResult", new Output.Value("a"));
        }
        check(request("tools/list", ""), "ListToolsResult", new Output.Value("a"));
        check(call("chat", ""), "CallToolResult", new Output.Value("a"));
        check(call("chat", ""), "CallToolResult", streamed());
        check(call("chat", ",\"progressToken\":7"), "CallToolResult", streamed());
        check(call("a_card", ""), "CallToolResult", new Output.Value(Map.of("text", "a")));
        check(call("raw", ""), "CallToolResult", new Output.Value(List.of(1, 2)));
        check(call("raw", ""), "CallToolResult", new Output.Value(null));
        for (String type : List.of("image/png", "audio/wav", "application/pdf")) {
            check(call("raw", ""), "CallToolResult", new Output.Value(new byte[3], Optional.of(Content.of(type))));
        }
        ChunkQueue failing = new ChunkQueue(1);
        failing.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "gone"));
        check(call("chat", ""), "CallToolResult", new Output.Streamed(failing));
        check(call("absent", ""), error(), new Output.Value("a"));
    }

    private String error() {
        return revision == Revision.R2025_06_18 ? "JSONRPCError" : "JSONRPCErrorResponse";
    }

    private static Output streamed() {
        ChunkQueue queue = new ChunkQueue(4);
        queue.offer("Hel");
        queue.offer("lo");
        queue.complete();
        return new Output.Streamed(queue);
    }

    private String request(String method, String params) {
        return revision.isStateless()
                ? McpFixture.request(method, params)
                : "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{" + params + "}}";
    }

    private String call(String tool, String meta) {
        return revision.isStateless()
                ? McpFixture.call(tool, meta)
                : request(
                        "tools/call",
                        "\"name\":\"" + tool + "\",\"arguments\":{\"prompt\":\"a\"}"
                                + (meta.isEmpty() ? "" : ",\"_meta\":{" + meta.substring(1) + "}"));
    }

    /** Sends a request, and checks each message of the answer. */
    private void check(String request, String type, Output output) throws Exception {
        try (McpFixture fixture = new McpFixture(() -> output)) {
            RecordingResponse response = revision.isStateless()
                    ? fixture.send(request)
                    : fixture.send(request, new McpHeaders(revision.version(), null, null));
            String written = response.written();
            List<String> messages = written.startsWith("{")
                    ? List.of(written)
                    : written.lines()
                            .filter(line -> line.startsWith("data: "))
                            .map(line -> line.substring(6))
                            .toList();
            assertThat(messages).isNotEmpty();
            for (String message : messages) {
                Map<String, Object> fields = McpFixture.parsed(message);
                requireValid("JSONRPCMessage", message);
                if (fields.containsKey("method")) {
                    requireValid("ProgressNotification", message);
                } else if (fields.containsKey("error")) {
                    requireValid(type, message);
                } else {
                    requireValid(type, dev.weir.json.Json.write(fields.get("result")));
                }
            }
        }
    }

    private void requireValid(String type, String message) throws IOException {
        Validator validator = new ValidatorFactory()
                .withJsonNodeFactory(new JakartaJsonNode.Factory())
                .createValidator();
        URI uri = URI.create("urn:weir:test:mcp");
        validator.registerSchema(uri, schema);
        String key = schema.contains("\"$defs\"") ? "$defs" : "definitions";
        URI one = URI.create("urn:weir:test:one");
        validator.registerSchema(one, "{\"$ref\":\"" + uri + "#/" + key + "/" + type + "\"}");
        Validator.Result result = validator.validate(one, message);
        assertThat(result.isValid())
                .as(() -> type + " " + message + " "
                        + result.getErrors().stream().map(McpSchemasTest::shown).toList())
                .isTrue();
    }

    private static String shown(Error error) {
        return error.getInstanceLocation() + ": " + error.getError();
    }
}
