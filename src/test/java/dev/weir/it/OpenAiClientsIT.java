package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseOutputText;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.weir.component.http.FakeUpstream;
import dev.weir.json.Json;
import dev.weir.telemetry.PrometheusReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OpenAI's own client for Java and that of LangChain4j, unchanged but for the base URL and the key. */
class OpenAiClientsIT extends ModelClients {
    private final List<OpenAIClient> clients = new ArrayList<>();
    private OpenAIClient client;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        return war("openai");
    }

    @BeforeEach
    void begin() {
        client = client(ALICE);
    }

    @AfterEach
    void end() {
        clients.forEach(OpenAIClient::close);
        clients.clear();
    }

    private OpenAIClient client(String key) {
        OpenAIClient made = OpenAIOkHttpClient.builder()
                .apiKey(key)
                .baseUrl(base + "v1")
                .maxRetries(0)
                .build();
        clients.add(made);
        return made;
    }

    private static ChatCompletionCreateParams ask(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage("Hello")
                .build();
    }

    @Test
    void modelsAreListedForTheirCallers() {
        assertThat(client.models().list().data().stream().map(Model::id))
                .containsExactly("weir/chat", "relay", "vectors");
        assertThat(client.models().retrieve("weir/chat").ownedBy()).isEqualTo("weir");
        assertThat(client(BOB).models().list().data().stream().map(Model::id)).contains("staff");
        assertThatThrownBy(() -> client.models().retrieve("staff")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> client.chat().completions().create(ask("hidden")))
                .isInstanceOfSatisfying(
                        NotFoundException.class, e -> assertThat(e.code()).contains("model_not_found"));
    }

    @Test
    void aWholeAnswerHasTheExactText() throws Exception {
        answersTexts();
        ChatCompletion answer = client.chat().completions().create(ask("weir/chat"));
        assertThat(answer.choices().get(0).message().content()).contains(String.join("", TEXTS));
        assertThat(answer.choices().get(0).finishReason().asString()).isEqualTo("stop");
        assertThat(answer.model()).isEqualTo("weir/chat");
        String taskId = answer.id().substring("chatcmpl-".length());
        requireOwnTask(taskId);
        assertThat(upstream.request().body()).contains("\"messages\":[{\"content\":\"Hello\",\"role\":\"user\"}]");
    }

    @Test
    void aStreamHasTheExactTextAndItsUsage() {
        answersTexts();
        StringBuilder text = new StringBuilder();
        StringBuilder reasons = new StringBuilder();
        List<Long> totals = new ArrayList<>();
        ChatCompletionCreateParams params = ask("weir/chat").toBuilder()
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            stream.stream().forEach(chunk -> {
                chunk.validate();
                chunk.usage().ifPresent(usage -> totals.add(usage.totalTokens()));
                chunk.choices().forEach(choice -> {
                    choice.delta().content().ifPresent(text::append);
                    choice.finishReason().ifPresent(reason -> reasons.append(reason.asString()));
                });
            });
        }
        assertThat(text).hasToString(String.join("", TEXTS));
        assertThat(reasons).hasToString("stop");
        assertThat(totals).hasSize(1);
    }

    @Test
    void toolCallsAndUsageOfAnUpstreamPass() {
        upstream.answers(FakeUpstream.events(
                chunk(
                        "[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":\"function\","
                                + "\"function\":{\"name\":\"now\",\"arguments\":\"\"}}]}}]"),
                chunk("[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]}}]"),
                chunk("[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]"),
                chunk("[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}"),
                "data: [DONE]\n\n"));
        ChatCompletion answer = client.chat().completions().create(ask("relay"));
        assertThat(answer.choices().get(0).message().toolCalls().orElseThrow()).hasSize(1);
        assertThat(answer.choices().get(0).finishReason().asString()).isEqualTo("tool_calls");
        assertThat(answer.usage().orElseThrow().totalTokens()).isEqualTo(7);
    }

    private static String chunk(String choices) {
        return "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt\",\"choices\":"
                + choices + "}\n\n";
    }

    @Test
    void aFailureBeforeTheFirstChunkHasItsStatusAndOneAfterItEndsTheStream() {
        upstream.answers(FakeUpstream.whole(500, "application/json", "{\"error\":{\"message\":\"broken\"}}"));
        assertThatThrownBy(() -> client.chat().completions().create(ask("weir/chat")))
                .isInstanceOfSatisfying(OpenAIServiceException.class, e -> {
                    assertThat(e.statusCode()).isEqualTo(502);
                    assertThat(e.headers().values("x-should-retry")).containsExactly("false");
                });
        upstream.answers(FakeUpstream.events(
                FakeUpstream.openAi("Once"), "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n"));
        StringBuilder text = new StringBuilder();
        assertThatThrownBy(() -> {
                    try (StreamResponse<ChatCompletionChunk> stream =
                            client.chat().completions().createStreaming(ask("weir/chat"))) {
                        stream.stream()
                                .forEach(chunk -> chunk.choices()
                                        .forEach(choice ->
                                                choice.delta().content().ifPresent(text::append)));
                    }
                })
                .hasMessageContaining("overloaded");
        assertThat(text).hasToString("Once");
    }

    @Test
    void aClientThatLeavesEndsTheUpstreamsRequest() throws Exception {
        upstream.answers(FakeUpstream.endless(FakeUpstream.openAi("more")));
        String id;
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(ask("weir/chat"))) {
            id = stream.stream().findFirst().orElseThrow().id();
        }
        awaitCancelled(id.substring("chatcmpl-".length()));
    }

    @Test
    void completionsAndVectorsAreThoseOfTheWorkflows() {
        answersTexts();
        assertThat(client.completions()
                        .create(CompletionCreateParams.builder()
                                .model("weir/chat")
                                .prompt("Hello")
                                .build())
                        .choices()
                        .get(0)
                        .text())
                .isEqualTo(String.join("", TEXTS));
        upstream.answers(FakeUpstream.whole(
                200, "application/json", "{\"data\":[{\"embedding\":[0.25,-1]},{\"embedding\":[2,0.5]}]}"));
        assertThat(client
                        .embeddings()
                        .create(EmbeddingCreateParams.builder()
                                .model("vectors")
                                .inputOfArrayOfStrings(List.of("a", "b"))
                                .build())
                        .data()
                        .stream()
                        .map(vector -> vector.embedding()))
                .containsExactly(List.of(0.25f, -1f), List.of(2f, 0.5f));
    }

    private static ResponseCreateParams respond(String model) {
        return ResponseCreateParams.builder().model(model).input("Hello").build();
    }

    private static String text(Response response) {
        return response.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(part -> part.outputText().stream())
                .map(ResponseOutputText::text)
                .collect(Collectors.joining());
    }

    @Test
    void aResponseHasTheExactTextWholeAndStreamed() throws Exception {
        answersTexts();
        String whole = String.join("", TEXTS);
        Response response = client.responses().create(respond("weir/chat")).validate();
        assertThat(text(response)).isEqualTo(whole);
        assertThat(response.status()).contains(ResponseStatus.COMPLETED);
        assertThat(get("api/tasks/" + response.id().substring("resp_".length()), ALICE)
                        .body())
                .contains("\"status\":\"completed\"");
        assertThat(upstream.request().body()).contains("\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]");
        ResponseAccumulator accumulator = ResponseAccumulator.createWithSnapshots();
        StringBuilder deltas = new StringBuilder();
        try (StreamResponse<ResponseStreamEvent> stream = client.responses().createStreaming(respond("weir/chat"))) {
            stream.stream().forEach(event -> {
                accumulator.accumulate(event.validate());
                event.outputTextDelta().ifPresent(delta -> deltas.append(delta.delta()));
            });
        }
        assertThat(deltas).hasToString(whole);
        assertThat(text(accumulator.response())).isEqualTo(whole);
        assertThat(text(accumulator.reconstructedResponse())).isEqualTo(whole);
    }

    @Test
    void theCallsOfAnUpstreamAreItemsOfAResponse() {
        upstream.answers(FakeUpstream.events(
                chunk("[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"now\",\"arguments\":\"{}\"}}]}}]"),
                chunk("[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]"),
                "data: [DONE]\n\n"));
        List<ResponseFunctionToolCall> calls = new ArrayList<>();
        try (StreamResponse<ResponseStreamEvent> stream = client.responses().createStreaming(respond("relay"))) {
            stream.stream()
                    .forEach(event -> event.validate()
                            .outputItemDone()
                            .flatMap(done -> done.item().functionCall())
                            .ifPresent(calls::add));
        }
        assertThat(calls).hasSize(1);
        assertThat(calls.get(0).callId()).isEqualTo("c1");
        assertThat(calls.get(0).arguments()).isEqualTo("{}");
    }

    @Test
    void aResponseFailsWithItsStatusOrWithItsLastEvent() {
        ResponseCreateParams further =
                respond("weir/chat").toBuilder().previousResponseId("resp_1").build();
        assertThatThrownBy(() -> client.responses().create(further))
                .isInstanceOfSatisfying(
                        BadRequestException.class, e -> assertThat(e.param()).contains("previous_response_id"));
        upstream.answers(FakeUpstream.whole(500, "application/json", "{\"error\":{\"message\":\"broken\"}}"));
        assertThatThrownBy(() -> client.responses().createStreaming(respond("weir/chat")))
                .isInstanceOfSatisfying(
                        OpenAIServiceException.class,
                        e -> assertThat(e.statusCode()).isEqualTo(502));
        upstream.answers(FakeUpstream.events(
                FakeUpstream.openAi("Once"), "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n"));
        List<Response> failed = new ArrayList<>();
        try (StreamResponse<ResponseStreamEvent> stream = client.responses().createStreaming(respond("weir/chat"))) {
            stream.stream().forEach(event -> event.validate().failed().ifPresent(last -> failed.add(last.response())));
        }
        assertThat(failed).hasSize(1);
        assertThat(text(failed.get(0))).isEqualTo("Once");
        assertThat(failed.get(0).error().orElseThrow().message()).contains("overloaded");
    }

    @Test
    void aClientThatLeavesAResponseEndsTheUpstreamsRequest() throws Exception {
        upstream.answers(FakeUpstream.endless(FakeUpstream.openAi("more")));
        try (StreamResponse<ResponseStreamEvent> stream = client.responses().createStreaming(respond("weir/chat"))) {
            assertThat(stream.stream().findFirst().orElseThrow().created()).isPresent();
        }
        assertThat(upstream.awaitAbandoned()).isTrue();
    }

    @Test
    void refusalsHaveTheShapeOfTheApi() throws Exception {
        OpenAIClient nobody = client("wrong-0123456789abcdef");
        assertThatThrownBy(() -> nobody.models().list())
                .isInstanceOfSatisfying(
                        UnauthorizedException.class, e -> assertThat(e.code()).contains("invalid_api_key"));
        assertThatThrownBy(() -> client.chat()
                        .completions()
                        .create(ask("weir/chat").toBuilder().temperature(0.5).build()))
                .isInstanceOfSatisfying(
                        BadRequestException.class, e -> assertThat(e.param()).contains("temperature"));
        String large = "{\"model\":\"weir/chat\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + "x".repeat(3_000_000) + "\"}]}";
        assertRefused(post("v1/chat/completions", "application/json", large), 413, "body_too_large");
        assertRefused(post("v1/chat/completions", "text/plain", "{}"), 415, "unsupported_media_type");
        assertRefused(post("v1/chat/completions", "application/json", "{"), 400, "invalid_value");
        assertRefused(post("v1/models", "application/json", "{}"), 405, "method_not_allowed");
        assertRefused(post("v1/images", "application/json", "{}"), 404, "not_found");
        assertThat(get("faces/openai", ALICE).statusCode()).isEqualTo(404);
        HttpResponse<String> preflight = http.send(
                HttpRequest.newBuilder(URI.create(base + "v1/chat/completions"))
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                        .header("Origin", "https://app.example")
                        .header("Access-Control-Request-Method", "POST")
                        .header("Access-Control-Request-Headers", "authorization, x-stainless-os")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers"))
                .contains("authorization, x-stainless-os");
    }

    private static void assertRefused(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).isEqualTo(status);
        Map<?, ?> error = (Map<?, ?>) ((Map<?, ?>) Json.parse(response.body())).get("error");
        assertThat(error.get("code")).isEqualTo(code);
        assertThat(error.containsKey("param")).isTrue();
    }

    @Test
    void theModelOfLangChain4jStreams() throws Exception {
        requireTexts(OpenAiStreamingChatModel.builder()
                .baseUrl(base + "v1")
                .apiKey(ALICE)
                .modelName("weir/chat")
                .build());
    }

    @Test
    void openMetricsNeedNoKey() throws Exception {
        WeirClient runs = new WeirClient(base);
        assertThat(runs.get("api/workflows").statusCode()).isEqualTo(401);
        HttpResponse<String> metrics = runs.get("api/metrics");
        assertThat(metrics.statusCode()).isEqualTo(200);
        assertThat(PrometheusReader.read(metrics.body())).containsKey("weir_queue_waiting{pool=\"runs\"}");
    }
}
