package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.component.http.CallFixture.Outcome;
import dev.weir.component.http.RawUpstream.Script;
import dev.weir.config.ComposeConfig;
import dev.weir.config.HttpClientConfig;
import dev.weir.config.reader.Configurations;
import dev.weir.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples with providers' APIs read the framing, keep-alives, end marks and errors of each provider. */
@Tag("slow")
@Timeout(60)
class ProviderExamplesTest {
    private static final String EVENTS = "text/event-stream; charset=utf-8";
    private static final String LINES = "application/x-ndjson";
    private static final Map<String, String> KEYS = Map.of(
            "OPENAI_API_KEY", "sk-of-a-test",
            "ANTHROPIC_API_KEY", "sk-ant-of-a-test",
            "GEMINI_API_KEY", "gemini-of-a-test");

    private final CallFixture calls = new CallFixture();
    private RawUpstream upstream;

    @AfterEach
    void noConnectionIsLeftOpen() throws InterruptedException {
        CallFixture.await(() -> upstream.openConnections() == 0);
        upstream.close();
        calls.close();
    }

    /**
     * An example and the stream of its provider.
     *
     * @param component its id; empty for the only component
     * @param pieces a whole answer with the text "Once upon a time", in the pieces of the provider
     * @param begun the number of pieces before the first error of a test, with the text "Once"
     * @param error the provider's error inside a stream
     */
    private record Provider(
            String example,
            String component,
            String path,
            String header,
            String type,
            List<String> pieces,
            int begun,
            String error) {
        @Override
        public String toString() {
            return component.isEmpty() ? example : example + "/" + component;
        }
    }

    private static final List<String> OPENAI = List.of(
            openAi("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null"),
            openAi("{\"content\":\"Once\"}", "null"),
            ": OPENROUTER PROCESSING\n\n",
            openAi("{\"content\":\" upon a\"}", "null"),
            ": keep-alive\n\n",
            openAi("{\"content\":\" time\"}", "null"),
            openAi("{}", "\"stop\""),
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[],"
                    + "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,\"total_tokens\":13}}\n\n",
            "data: [DONE]\n\n");

    private static final List<String> VLLM = List.of(
            openAi("{\"role\":\"assistant\",\"content\":\"\"}", "null"),
            openAi("{\"content\":\"Once\"}", "null"),
            openAi("{\"content\":\" upon a\"}", "null"),
            openAi("{\"content\":\" time\"}", "\"length\""),
            "data: [DONE]\n\n");

    private static final List<String> ANTHROPIC = List.of(
            anthropic(
                    "message_start",
                    "\"message\":{\"id\":\"m\",\"role\":\"assistant\",\"content\":[],\"stop_reason\":null}"),
            anthropic("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"),
            anthropic("ping", ""),
            anthropic("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Once\"}"),
            anthropic("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\" upon a\"}"),
            anthropic("ping", ""),
            anthropic("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\" time\"}"),
            anthropic("content_block_stop", "\"index\":0"),
            anthropic("message_delta", "\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":4}"),
            anthropic("message_stop", ""));

    private static final List<String> OLLAMA = List.of(
            ollama("Once"),
            ollama(" upon a"),
            ollama(" time"),
            "{\"model\":\"llama3.2\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done_reason\":\"stop\","
                    + "\"done\":true,\"total_duration\":5,\"eval_count\":4}\n");

    private static final List<String> GEMINI =
            List.of(gemini("Once", ""), gemini(" upon a", ""), gemini(" time", ",\"finishReason\":\"STOP\""));

    private static final String OPENAI_ERROR =
            "data: {\"error\":{\"message\":\"The server had an error\",\"type\":\"server_error\",\"code\":null}}\n\n";
    private static final String VLLM_ERROR =
            "data: {\"object\":\"error\",\"message\":\"The server had an error\",\"type\":\"InternalServerError\",\"code\":500}\n\n";
    private static final String ANTHROPIC_ERROR =
            anthropic("error", "\"error\":{\"type\":\"api_error\",\"message\":\"The server had an error\"}");
    private static final String OLLAMA_ERROR = "{\"error\":\"The server had an error\"}\n";
    private static final String GEMINI_ERROR =
            "data: {\"error\":{\"code\":500,\"message\":\"The server had an error\",\"status\":\"INTERNAL\"}}\r\n\r\n";

    static Stream<Arguments> providers() {
        String bearer = "authorization: bearer sk-of-a-test";
        String key = "x-api-key: sk-ant-of-a-test";
        return Stream.of(
                        new Provider(
                                "openai-chat-stream", "", "/chat/completions", bearer, EVENTS, OPENAI, 3, OPENAI_ERROR),
                        new Provider(
                                "openai-and-claude",
                                "openai-client",
                                "/chat/completions",
                                bearer,
                                EVENTS,
                                OPENAI,
                                3,
                                OPENAI_ERROR),
                        new Provider(
                                "openai-and-claude",
                                "claude-client",
                                "/messages",
                                key,
                                EVENTS,
                                ANTHROPIC,
                                4,
                                ANTHROPIC_ERROR),
                        new Provider(
                                "anthropic-chat-stream", "", "/messages", key, EVENTS, ANTHROPIC, 4, ANTHROPIC_ERROR),
                        new Provider("ollama", "", "/api/chat", "", LINES, OLLAMA, 1, OLLAMA_ERROR),
                        new Provider(
                                "gemini",
                                "",
                                "/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
                                "x-goog-api-key: gemini-of-a-test",
                                "text/event-stream",
                                GEMINI,
                                1,
                                GEMINI_ERROR),
                        new Provider("vllm-managed", "", "/v1/chat/completions", "", EVENTS, VLLM, 2, VLLM_ERROR))
                .map(Arguments::of);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("providers")
    void aWholeAnswerIsItsText(Provider provider) throws Exception {
        upstream = new RawUpstream(answer(provider, provider.pieces()));
        assertThat(outcome(provider).text()).isEqualTo("Once upon a time");
        String request = upstream.request();
        assertThat(request).startsWith("POST " + provider.path() + " HTTP/1.1");
        assertThat(request).containsIgnoringCase(provider.header()).contains("Tell me a story");
    }

    /** The upstream keeps its connection open after the end. Only Gemini has no end mark. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("providers")
    void theEndMarkEndsAnAnswerThoughTheConnectionStaysOpen(Provider provider) throws Exception {
        upstream = new RawUpstream(connection -> {
            begin(connection, provider);
            for (String piece : provider.pieces()) {
                connection.chunk(piece);
            }
            if (provider.example().equals("gemini")) {
                connection.send("0\r\n\r\n");
            }
            connection.fallSilent();
        });
        assertThat(outcome(provider).text()).isEqualTo("Once upon a time");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("providers")
    void anErrorInTheMidstIsToldBehindTheText(Provider provider) throws Exception {
        List<String> begun = provider.pieces().subList(0, provider.begun());
        upstream = new RawUpstream(answer(
                provider,
                Stream.concat(begun.stream(), Stream.of(provider.error())).toList()));
        Outcome outcome = outcome(provider);
        assertThat(outcome.chunks().stream().filter(chunk -> !chunk.equals(""))).containsExactly("Once");
        assertThat(outcome.failure()).isNotNull();
        assertThat(outcome.failure().code()).isIn(ErrorCode.UPSTREAM_ERROR_EVENT, ErrorCode.UPSTREAM_ERROR_PAYLOAD);
        assertThat(outcome.failure().detail())
                .contains("The server had an error")
                .doesNotContain("of-a-test");
        assertThat(upstream.requestCount()).isOne();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("providers")
    void aWrongKeyIsToldAtOnce(Provider provider) throws Exception {
        upstream = new RawUpstream(status(401, "", "{\"error\":{\"message\":\"invalid x-api-key\"}}"));
        Outcome outcome = outcome(provider);
        assertThat(outcome.failure()).isNotNull();
        assertThat(outcome.failure().code()).isEqualTo(ErrorCode.UPSTREAM_STATUS);
        assertThat(outcome.failure().detail()).contains("401", "invalid x-api-key");
        assertThat(upstream.requestCount()).isOne();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("providers")
    void tooManyRequestsAndAnOverloadAreTriedAgainWhereTheExampleSaysSo(Provider provider) throws Exception {
        upstream = new RawUpstream(
                status(429, "Retry-After: 0\r\n", "{\"error\":{\"message\":\"slow down\"}}"),
                status(529, "Retry-After: 0\r\n", "{\"error\":{\"type\":\"overloaded_error\"}}"),
                answer(provider, provider.pieces()));
        boolean retries = Files.readString(file(provider)).contains("max_retries: 3");
        Outcome outcome = outcome(provider);
        if (retries) {
            assertThat(outcome.text()).isEqualTo("Once upon a time");
            assertThat(upstream.requestCount()).isEqualTo(3);
        } else {
            assertThat(outcome.failure()).isNotNull();
            assertThat(outcome.failure().detail()).contains("429", "slow down");
            assertThat(upstream.requestCount()).isOne();
        }
    }

    @Test
    void anAnthropicAnswerThatIsOverloadedBeforeItsTextIsTriedAgain() throws Exception {
        Provider provider =
                new Provider("anthropic-chat-stream", "", "/messages", "", EVENTS, ANTHROPIC, 4, ANTHROPIC_ERROR);
        String overloaded = anthropic("error", "\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}");
        upstream =
                new RawUpstream(answer(provider, List.of(ANTHROPIC.get(0), overloaded)), answer(provider, ANTHROPIC));
        assertThat(outcome(provider).text()).isEqualTo("Once upon a time");
        assertThat(upstream.requestCount()).isEqualTo(2);
    }

    @Test
    void aGeminiAnswerThatIsOneArrayIsReadAsItsElements() throws Exception {
        Provider provider =
                new Provider("gemini", "", "", "", "application/json; charset=UTF-8", GEMINI, 1, GEMINI_ERROR);
        List<String> elements = GEMINI.stream()
                .map(event -> event.substring("data: ".length()).strip())
                .toList();
        upstream = new RawUpstream(answer(
                provider,
                List.of("[" + elements.get(0), "\n,\r\n" + elements.get(1), "\n,\r\n" + elements.get(2), "\n]\n")));
        assertThat(outcome(provider).text()).isEqualTo("Once upon a time");
    }

    private Outcome outcome(Provider provider) throws Exception {
        ComposeConfig config = Configurations.of(configuration(provider), KEYS);
        HttpClientConfig own = config.components().stream()
                .filter(HttpClientConfig.class::isInstance)
                .map(HttpClientConfig.class::cast)
                .filter(component ->
                        provider.component().isEmpty() || component.id().equals(provider.component()))
                .findFirst()
                .orElseThrow();
        calls.environment(config.environment()).input(Map.of("prompt", "Tell me a story"));
        return calls.outcome(calls.component(own));
    }

    private static Path file(Provider provider) {
        return Path.of("examples", provider.example(), "model-compose.yml");
    }

    /** The example with a fake upstream in place of the provider. A managed process is replaced by its calls. */
    private String configuration(Provider provider) throws IOException {
        return Files.readString(file(provider))
                .replaceAll("base_url: .*", "base_url: " + upstream.url())
                .replaceAll(
                        "(?s)type: http-server\n  start:.*interval: 5s\n",
                        "type: http-client\n  base_url: " + upstream.url() + "\n");
    }

    private static Script answer(Provider provider, List<String> pieces) {
        return connection -> {
            begin(connection, provider);
            for (String piece : pieces) {
                connection.chunk(piece);
            }
            connection.send("0\r\n\r\n");
        };
    }

    private static void begin(RawUpstream.Connection connection, Provider provider) throws IOException {
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: " + provider.type()
                + "\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    private static Script status(int status, String header, String body) {
        return connection -> connection
                .send("HTTP/1.1 " + status + " Status\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        + header + "Content-Length: " + body.length() + "\r\n\r\n")
                .send(body);
    }

    private static String openAi(String delta, String finishReason) {
        return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
                + "[{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":" + finishReason
                + "}]}\n\n";
    }

    private static String anthropic(String type, String members) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + (members.isEmpty() ? "" : "," + members)
                + "}\n\n";
    }

    private static String ollama(String content) {
        return "{\"model\":\"llama3.2\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\","
                + "\"content\":" + Json.write(content) + "},\"done\":false}\n";
    }

    private static String gemini(String text, String more) {
        return "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":" + Json.write(text)
                + "}],\"role\":\"model\"}" + more + ",\"index\":0}],\"modelVersion\":\"gemini-2.5-flash\"}\r\n\r\n";
    }
}
