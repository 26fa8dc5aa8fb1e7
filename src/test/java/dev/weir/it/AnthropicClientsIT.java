package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.models.ModelInfo;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.weir.component.http.FakeUpstream;
import dev.weir.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Anthropic's own client for Java and that of LangChain4j, unchanged but for the base URL and the key. */
class AnthropicClientsIT extends ModelClients {
    private final List<AnthropicClient> clients = new ArrayList<>();
    private AnthropicClient client;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        return war("anthropic");
    }

    @BeforeEach
    void begin() {
        client = client(AnthropicOkHttpClient.builder().apiKey(ALICE));
    }

    @AfterEach
    void end() {
        clients.forEach(AnthropicClient::close);
        clients.clear();
    }

    private AnthropicClient client(AnthropicOkHttpClient.Builder builder) {
        String address = base.toString();
        AnthropicClient made = builder.baseUrl(address.substring(0, address.length() - 1))
                .responseValidation(true)
                .maxRetries(0)
                .build();
        clients.add(made);
        return made;
    }

    private static MessageCreateParams ask(String model) {
        return MessageCreateParams.builder()
                .model(model)
                .maxTokens(100)
                .addUserMessage("Hello")
                .build();
    }

    /** Streams a message; gives all its texts. */
    private String texts(MessageCreateParams params, MessageAccumulator whole) {
        StringBuilder text = new StringBuilder();
        try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(params)) {
            events.stream()
                    .map(whole::accumulate)
                    .flatMap(event -> event.contentBlockDelta().stream())
                    .flatMap(delta -> delta.delta().text().stream())
                    .forEach(delta -> text.append(delta.text()));
        }
        return text.toString();
    }

    private static String text(Message message) {
        StringBuilder text = new StringBuilder();
        message.content().forEach(block -> block.text().ifPresent(part -> text.append(part.text())));
        return text.toString();
    }

    private static String taskId(Message message) {
        return message.id().substring("msg_".length());
    }

    @Test
    void modelsAreListedForTheirCallers() throws Exception {
        assertThat(client.models().list().autoPager().stream().map(ModelInfo::id))
                .containsExactly("weir/chat", "relay");
        assertThat(client.models().retrieve("weir/chat").displayName()).isEqualTo("Chat");
        AnthropicClient bob = client(AnthropicOkHttpClient.builder().authToken(BOB));
        assertThat(bob.models().list().data().stream().map(ModelInfo::id)).contains("staff");
        assertThatThrownBy(() -> client.models().retrieve("staff")).isInstanceOf(NotFoundException.class);
        assertThat(get("v1/models", ALICE).body())
                .contains("\"object\":\"list\"")
                .doesNotContain("has_more");
    }

    @Test
    void aWholeMessageHasTheExactText() throws Exception {
        answersTexts();
        Message message = client.messages()
                .create(ask("weir/chat").toBuilder().system("Be brief").build());
        assertThat(text(message)).isEqualTo(String.join("", TEXTS));
        assertThat(message.stopReason().orElseThrow().asString()).isEqualTo("end_turn");
        assertThat(message.model().asString()).isEqualTo("weir/chat");
        requireOwnTask(taskId(message));
        assertThat(upstream.request().body())
                .contains("\"messages\":[{\"role\":\"system\",\"content\":\"Be brief\"},"
                        + "{\"content\":\"Hello\",\"role\":\"user\"}]");
    }

    @Test
    void aStreamHasTheExactText() {
        answersTexts();
        MessageAccumulator whole = MessageAccumulator.create();
        assertThat(texts(ask("weir/chat"), whole)).isEqualTo(String.join("", TEXTS));
        assertThat(text(whole.message())).isEqualTo(String.join("", TEXTS));
        assertThat(whole.message().stopReason().orElseThrow().asString()).isEqualTo("end_turn");
    }

    private static String event(String data) {
        String json = data.replace('\'', '"');
        return "event: " + ((Map<?, ?>) Json.parse(json)).get("type") + "\ndata: " + json + "\n\n";
    }

    private static void answersCall() {
        upstream.answers(FakeUpstream.events(
                event(
                        "{'type':'message_start','message':{'id':'x','type':'message','role':'assistant','model':'claude',"
                                + "'content':[],'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':5,'output_tokens':1}}}"),
                event(
                        "{'type':'content_block_start','index':0,'content_block':{'type':'thinking','thinking':'','signature':''}}"),
                event("{'type':'ping'}"),
                event("{'type':'content_block_delta','index':0,'delta':{'type':'thinking_delta','thinking':'Hm'}}"),
                event("{'type':'content_block_delta','index':0,'delta':{'type':'signature_delta','signature':'c2ln'}}"),
                event("{'type':'content_block_stop','index':0}"),
                event(
                        "{'type':'content_block_start','index':1,'content_block':{'type':'tool_use','id':'toolu_1','name':'now','input':{}}}"),
                event(
                        "{'type':'content_block_delta','index':1,'delta':{'type':'input_json_delta','partial_json':'{\\'zone\\':'}}"
                                .replace("\\'", "\\\"")),
                event(
                        "{'type':'content_block_delta','index':1,'delta':{'type':'input_json_delta','partial_json':'\\'UTC\\'}'}}"
                                .replace("\\'", "\\\"")),
                event("{'type':'content_block_stop','index':1}"),
                event(
                        "{'type':'message_delta','delta':{'stop_reason':'tool_use','stop_sequence':null},'usage':{'output_tokens':7}}"),
                event("{'type':'message_stop'}")));
    }

    private static void requireCall(Message message) {
        assertThat(message.content()).hasSize(2);
        assertThat(message.content().get(0).thinking().orElseThrow().thinking()).isEqualTo("Hm");
        assertThat(message.content().get(0).thinking().orElseThrow().signature())
                .isEqualTo("c2ln");
        assertThat(message.content().get(1).toolUse().orElseThrow().name()).isEqualTo("now");
        assertThat(message.content().get(1).toolUse().orElseThrow()._input())
                .isEqualTo(JsonValue.from(Map.of("zone", "UTC")));
        assertThat(message.stopReason().orElseThrow().asString()).isEqualTo("tool_use");
        assertThat(message.model().asString()).isEqualTo("relay");
        assertThat(message.usage().inputTokens()).isEqualTo(5);
        assertThat(message.usage().outputTokens()).isEqualTo(7);
    }

    @Test
    void thinkingAndCallsOfAnUpstreamPass() throws Exception {
        MessageCreateParams params = ask("relay").toBuilder()
                .system("Be brief")
                .addTool(Tool.builder()
                        .name("now")
                        .inputSchema(Tool.InputSchema.builder().build())
                        .build())
                .build();
        answersCall();
        requireCall(client.messages().create(params));
        assertThat(upstream.request().body())
                .contains("\"max_tokens\":100", "\"system\":\"Be brief\"", "\"name\":\"now\"");
        answersCall();
        MessageAccumulator whole = MessageAccumulator.create();
        texts(params, whole);
        requireCall(whole.message());
    }

    @Test
    void aFailureBeforeTheFirstChunkHasItsStatusAndOneAfterItEndsTheStream() {
        upstream.answers(FakeUpstream.whole(500, "application/json", "{\"error\":{\"message\":\"broken\"}}"));
        assertThatThrownBy(() -> client.messages().create(ask("weir/chat")))
                .isInstanceOfSatisfying(AnthropicServiceException.class, e -> {
                    assertThat(e.statusCode()).isEqualTo(502);
                    assertThat(e.type().orElseThrow()).hasToString("api_error");
                    assertThat(e.headers().values("x-should-retry")).containsExactly("false");
                });
        upstream.answers(FakeUpstream.events(
                FakeUpstream.openAi("Once"), "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n"));
        StringBuilder text = new StringBuilder();
        assertThatThrownBy(() -> {
                    try (StreamResponse<RawMessageStreamEvent> events =
                            client.messages().createStreaming(ask("weir/chat"))) {
                        events.stream()
                                .flatMap(event -> event.contentBlockDelta().stream())
                                .forEach(delta -> text.append(
                                        delta.delta().text().orElseThrow().text()));
                    }
                })
                .hasMessageContaining("overloaded");
        assertThat(text).hasToString("Once");
    }

    @Test
    void aClientThatLeavesEndsTheUpstreamsRequest() throws Exception {
        upstream.answers(FakeUpstream.endless(FakeUpstream.openAi("more")));
        Message begun;
        try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(ask("weir/chat"))) {
            begun = events.stream()
                    .findFirst()
                    .orElseThrow()
                    .messageStart()
                    .orElseThrow()
                    .message();
        }
        awaitCancelled(taskId(begun));
    }

    @Test
    void aSilentStreamHasPings() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        upstream.answers(FakeUpstream.silentAfter(FakeUpstream.openAi("Once"), over));
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + "v1/messages"))
                .header("x-api-key", ALICE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"weir/chat\",\"max_tokens\":9,\"stream\":true,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}"))
                .build();
        HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            List<String> read = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                read.add(line);
                if (line.equals("data: {\"type\":\"ping\"}")) {
                    over.countDown();
                }
            }
            assertThat(read)
                    .startsWith("event: message_start")
                    .containsSequence("event: ping", "data: {\"type\":\"ping\"}", "")
                    .noneMatch(line -> line.startsWith(":"));
        } finally {
            over.countDown();
        }
    }

    @Test
    void refusalsHaveTheShapeOfTheApi() throws Exception {
        AnthropicClient nobody = client(AnthropicOkHttpClient.builder().apiKey("wrong-0123456789abcdef"));
        assertThatThrownBy(() -> nobody.models().list())
                .isInstanceOfSatisfying(
                        UnauthorizedException.class,
                        e -> assertThat(e.type().orElseThrow()).hasToString("authentication_error"));
        assertThatThrownBy(() -> client.messages()
                        .create(ask("weir/chat").toBuilder()
                                .putAdditionalBodyProperty("temperature", JsonValue.from(0.5))
                                .build()))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        e -> assertThat(e.apiMessage().orElseThrow()).startsWith("temperature is not supported"));
        assertThatThrownBy(() -> client.messages()
                        .countTokens(MessageCountTokensParams.builder()
                                .model("weir/chat")
                                .addUserMessage("Hello")
                                .build()))
                .isInstanceOfSatisfying(
                        NotFoundException.class,
                        e -> assertThat(e.type().orElseThrow()).hasToString("not_found_error"));
        String large = "{\"model\":\"weir/chat\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\""
                + "x".repeat(3_000_000) + "\"}]}";
        assertRefused(post("v1/messages", "application/json", large), 413, "request_too_large");
        assertRefused(post("v1/messages", "text/plain", "{}"), 415, "invalid_request_error");
        assertRefused(post("v1/messages", "application/json", "{"), 400, "invalid_request_error");
        assertRefused(get("v1/messages", ALICE), 405, "invalid_request_error");
        assertRefused(post("v1/messages/batches", "application/json", "{}"), 404, "not_found_error");
        assertThat(get("faces/anthropic", ALICE).statusCode()).isEqualTo(404);
    }

    private static void assertRefused(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).isEqualTo(status);
        Map<?, ?> document = (Map<?, ?>) Json.parse(response.body());
        assertThat(document.get("type")).isEqualTo("error");
        assertThat(((Map<?, ?>) document.get("error")).get("type")).isEqualTo(type);
        assertThat(document.containsKey("request_id")).isTrue();
    }

    @Test
    void theModelOfLangChain4jStreams() throws Exception {
        requireTexts(AnthropicStreamingChatModel.builder()
                .baseUrl(base + "v1")
                .apiKey(ALICE)
                .modelName("weir/chat")
                .build());
    }
}
