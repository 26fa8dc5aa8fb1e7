package dev.weir.face.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.Output;
import dev.weir.sse.RecordingResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages that are wrong, and their errors. */
@Timeout(60)
class McpRequestTest {
    private static final String META =
            "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            {"jsonrpc":"1.0","id":1,"method":"tools/list"}                                              | - | - | - | 400 | -32600
            {"id":1,"method":"tools/list"}                                                              | - | - | - | 400 | -32600
            {"jsonrpc":"2.0","id":1}                                                                    | - | - | - | 400 | -32600
            {"jsonrpc":"2.0","id":1,"method":7}                                                         | - | - | - | 400 | -32600
            {"jsonrpc":"2.0","id":1,"method":""}                                                        | - | - | - | 400 | -32600
            {"jsonrpc":"2.0","id":null,"method":"ping"}                                                 | - | - | - | 400 | -32600
            {"jsonrpc":"2.0","id":{},"method":"ping"}                                                   | - | - | - | 400 | -32600
            {"jsonrpc":"2.0","id":1,"result":{}}                                                        | - | - | - | 400 | -32600
            {"jsonrpc":"2.0","id":1,"method":"ping","params":[]}                                        | - | - | - | 400 | -32602
            {"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":1}}                               | - | - | - | 400 | -32602
            {"jsonrpc":"2.0","id":1,"method":"absent"}                                                  | - | - | - | 404 | -32601
            {"jsonrpc":"2.0","id":1,"method":"server/discover"}                                         | - | - | - | 404 | -32601
            {"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":"x"}}                       | - | - | - | 404 | -32601
            {"jsonrpc":"2.0","id":1,"method":"ping"}                                                    | 2024-11-05 | - | - | 400 | -32022
            {"jsonrpc":"2.0","method":"notifications/initialized"}                                      | 2024-11-05 | - | - | 400 | -32022
            {"jsonrpc":"2.0","id":1,"method":"tools/list"}                                              | 2026-07-28 | tools/list | - | 400 | -32602
            {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{META}}                              | - | tools/list | - | 400 | -32020
            {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{META}}                              | 2025-11-25 | tools/list | - | 400 | -32020
            {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{META}}                              | 2026-07-28 | - | - | 400 | -32020
            {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{META}}                              | 2026-07-28 | tools/call | - | 400 | -32020
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"chat",META}}                | 2026-07-28 | tools/call | - | 400 | -32020
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"chat",META}}                | 2026-07-28 | tools/call | raw | 400 | -32020
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{META}}                              | 2026-07-28 | tools/call | chat | 400 | -32602
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"chat","arguments":[],META}} | 2026-07-28 | tools/call | chat | 400 | -32602
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"none",META}}                | 2026-07-28 | tools/call | none | 200 | -32602
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"hidden",META}}              | 2026-07-28 | tools/call | hidden | 200 | -32602
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"elsewhere"}}                | - | - | - | 200 | -32602
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"chat","_meta":{"progressToken":[]}}} | - | - | - | 400 | -32602
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"chat","_meta":{"progressToken":"LONG"}}} | - | - | - | 400 | -32602
            {"jsonrpc":"2.0","id":"LONG","method":"ping"}                                               | - | - | - | 400 | -32600
            {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"2"}}                      | - | - | - | 400 | -32602
            {"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":"x",META}}                  | 2026-07-28 | tasks/get | - | 200 | -32602
            {"jsonrpc":"2.0","id":1,"method":"tasks/update","params":{"taskId":"x",META}}               | 2026-07-28 | tasks/update | - | 404 | -32601
            {"jsonrpc":"2.0","id":1,"method":"ping","params":{META}}                                    | 2026-07-28 | ping | - | 404 | -32601
            """)
    void aWrongMessageHasItsError(String message, String version, String method, String name, int status, int code)
            throws Exception {
        try (McpFixture fixture = new McpFixture(() -> new Output.Value("a"))) {
            RecordingResponse response = fixture.send(
                    message.replace("META", META).replace("LONG", "x".repeat(257)),
                    new McpHeaders(version, method, name));
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.header("Content-Type")).isEqualTo("application/json");
            assertThat(response.written()).contains("\"error\":{\"code\":" + code + ",\"message\":\"");
            assertThat(fixture.released).hasValueGreaterThan(0);
            assertThat(fixture.runner.tasks().open()).isZero();
        }
    }

    @Test
    void anUnknownVersionIsAnsweredWithTheKnownOnes() throws Exception {
        try (McpFixture fixture = new McpFixture(() -> new Output.Value("a"))) {
            String message = McpFixture.request("tools/list", "").replace("2026-07-28", "2099-01-01");
            assertThat(fixture.send(message, new McpHeaders("2099-01-01", "tools/list", null))
                            .written())
                    .contains("\"id\":1,\"error\":{\"code\":-32022,")
                    .contains("\"requested\":\"2099-01-01\"")
                    .contains("\"supported\":[\"2026-07-28\",\"2025-11-25\",\"2025-06-18\"]");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "chat, chat",
        "=?base64?7ZWc?=, 한",
        "=?base64?%%?=, =?base64?%%?=",
        "=?base64?=, =?base64?=",
    })
    void aNameMayBeEncoded(String header, String name) {
        assertThat(McpHeaders.decoded(header)).isEqualTo(name);
    }
}
