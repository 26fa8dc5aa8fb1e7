package dev.weir.face.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.face.FaceFixture;
import dev.weir.json.Json;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bytes of responses, whole and as events. */
@Timeout(60)
class ResponseFormTest {
    static final String YAML = """
            workflow: {id: m, component: a}
            component: {id: a, type: http-client, endpoint: 'http://127.0.0.1:9', body: {p: '${input.prompt}'}}
            """;
    static final String ASK = "{\"model\":\"m\",\"input\":\"Hi\"";

    private static final Summary SUMMARY = new FaceFixture.Known(Summary.Finish.LENGTH);

    /** Chunks of chat completions with a text and two calls of functions. */
    static final Object[] CALLS = {
        chat("{\"role\":\"assistant\",\"content\":\"Let me see\"}", null),
        chat(
                "{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"now\",\"arguments\":\"\"}}]}",
                null),
        chat("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"z\\\":\"}}]}", null),
        chat(
                "{\"tool_calls\":[{\"index\":1,\"id\":\"c2\",\"function\":{\"name\":\"then\",\"arguments\":\"{}\"}},"
                        + "{\"index\":0,\"function\":{\"arguments\":\"1}\"}}]}",
                null),
        chat("{}", "tool_calls"),
        Json.parse("{\"object\":\"chat.completion.chunk\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,"
                + "\"completion_tokens\":4,\"prompt_tokens_details\":{\"cached_tokens\":1},"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":2}}}")
    };

    /** Events of an upstream with this API. */
    static final Object[] EVENTS = {
        Json.parse("{\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"up\"}}"),
        Json.parse("{\"type\":\"response.output_item.added\",\"sequence_number\":7,\"output_index\":0,\"item\":"
                + "{\"id\":\"rs\",\"type\":\"reasoning\",\"summary\":[]}}"),
        Json.parse("{\"type\":\"response.output_item.done\",\"sequence_number\":8,\"output_index\":0,\"item\":"
                + "{\"id\":\"rs\",\"type\":\"reasoning\",\"summary\":[]}}"),
        Json.parse(
                "{\"type\":\"response.completed\",\"sequence_number\":9,\"response\":{\"id\":\"up\",\"object\":\"response\","
                        + "\"created_at\":5,\"status\":\"completed\",\"error\":null,\"incomplete_details\":null,\"instructions\":null,"
                        + "\"model\":\"gpt\",\"tools\":[],\"output\":[{\"id\":\"rs\",\"type\":\"reasoning\",\"summary\":[]}],"
                        + "\"parallel_tool_calls\":true,\"metadata\":{},\"tool_choice\":\"auto\",\"temperature\":1,\"top_p\":1}}")
    };

    private static Object chat(String delta, String finish) {
        return Json.parse(
                "{\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt\",\"choices\":"
                        + "[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + Json.write(finish) + "}]}");
    }

    static String post(Output output, String more) throws InterruptedException {
        try (OpenAiFixture fixture = new OpenAiFixture(YAML, call -> output)) {
            return fixture.post("response", ASK + more + "}");
        }
    }

    private static String post(String more, Object... chunks) throws InterruptedException {
        return post(FaceFixture.stream(Summary.UNKNOWN, chunks), more);
    }

    private static Map<?, ?> map(Object value) {
        return (Map<?, ?>) value;
    }

    private static List<Map<?, ?>> data(String events) {
        List<Map<?, ?>> data = new ArrayList<>();
        events.lines()
                .filter(line -> line.startsWith("data: "))
                .forEach(line -> data.add(map(Json.parse(line.substring("data: ".length())))));
        for (int i = 0; i < data.size(); i++) {
            assertThat(((Number) data.get(i).get("sequence_number")).intValue()).isEqualTo(i);
        }
        return data;
    }

    private static List<String> types(String events) {
        return data(events).stream()
                .map(event -> String.valueOf(event.get("type")))
                .toList();
    }

    private static Map<?, ?> lastResponse(String events) {
        List<Map<?, ?>> data = data(events);
        return map(data.get(data.size() - 1).get("response"));
    }

    private static String response(String status, String cutOff, String output, String usage) {
        return "{\"id\":\"resp_T\",\"object\":\"response\",\"created_at\":0,\"status\":\"" + status
                + "\",\"background\":false,\"error\":null,\"incomplete_details\":" + cutOff
                + ",\"instructions\":null,\"max_output_tokens\":null,\"model\":\"m\",\"output\":[" + output
                + "],\"parallel_tool_calls\":true,\"previous_response_id\":null,\"store\":false,\"temperature\":null,"
                + "\"text\":{\"format\":{\"type\":\"text\"}},\"tool_choice\":\"auto\",\"tools\":[],\"top_p\":null,"
                + "\"truncation\":\"disabled\"" + usage + ",\"metadata\":{}}";
    }

    private static String usage(int in, int out) {
        return ",\"usage\":{\"input_tokens\":" + in
                + ",\"input_tokens_details\":{\"cached_tokens\":0,\"cache_write_tokens\":0},\"output_tokens\":" + out
                + ",\"output_tokens_details\":{\"reasoning_tokens\":0},\"total_tokens\":" + (in + out) + "}";
    }

    private static String item(String status, String content) {
        return "{\"id\":\"msg_T\",\"type\":\"message\",\"status\":\"" + status
                + "\",\"role\":\"assistant\",\"content\":[" + content + "]}";
    }

    private static String part(String text) {
        return "{\"type\":\"output_text\",\"text\":\"" + text + "\",\"annotations\":[],\"logprobs\":[]}";
    }

    private static String event(int number, String type, String members) {
        return "event: response." + type + "\ndata: {\"type\":\"response." + type + "\",\"sequence_number\":" + number
                + "," + members + "}\n\n";
    }

    @Test
    void aStreamHasTheEventsOfOneMessageInTheirOrder() throws Exception {
        String place = "\"item_id\":\"msg_T\",\"output_index\":0,\"content_index\":0,";
        String begin = "\"response\":" + response("in_progress", "null", "", "");
        String text = "Hello\\n한글 😀";
        String done = item("incomplete", part(text));
        assertThat(post(FaceFixture.stream(SUMMARY, "Hel", "", "lo\n한글 \uD83D", "\uDE00"), ",\"stream\":true"))
                .isEqualTo(event(0, "created", begin)
                        + event(1, "in_progress", begin)
                        + event(2, "output_item.added", "\"output_index\":0,\"item\":" + item("in_progress", ""))
                        + event(3, "content_part.added", place + "\"part\":" + part(""))
                        + event(4, "output_text.delta", place + "\"delta\":\"Hel\",\"logprobs\":[]")
                        + event(5, "output_text.delta", place + "\"delta\":\"lo\\n한글 \",\"logprobs\":[]")
                        + event(6, "output_text.delta", place + "\"delta\":\"😀\",\"logprobs\":[]")
                        + event(7, "output_text.done", place + "\"text\":\"" + text + "\",\"logprobs\":[]")
                        + event(8, "content_part.done", place + "\"part\":" + part(text))
                        + event(9, "output_item.done", "\"output_index\":0,\"item\":" + done)
                        + event(
                                10,
                                "incomplete",
                                "\"response\":"
                                        + response(
                                                "incomplete",
                                                "{\"reason\":\"max_output_tokens\"}",
                                                done,
                                                usage(12, 2))));
    }

    @Test
    void aWholeAnswerIsTheResponseOfTheLastEvent() throws Exception {
        assertThat(post("", "Hel", "lo"))
                .isEqualTo(response("completed", "null", item("completed", part("Hello")), usage(0, 0)));
        assertThat(post(new Output.Value("Hello"), "")).isEqualTo(post("", "Hello"));
        assertThat(Json.write(lastResponse(post(new Output.Value("Hello"), ",\"stream\":true"))))
                .isEqualTo(Json.write(Json.parse(post("", "Hello"))));
        assertThat(post("")).isEqualTo(response("completed", "null", item("completed", part("")), usage(0, 0)));
        assertThat(types(post(",\"stream\":true")))
                .startsWith("response.created", "response.in_progress", "response.output_item.added")
                .endsWith("response.output_item.done", "response.completed");
    }

    @Test
    void theResponseRepeatsTheRequest() throws Exception {
        String body = post(
                ",\"instructions\":\"\",\"metadata\":{\"k\":\"v\"},\"temperature\":1,\"top_p\":1,\"store\":true,"
                        + "\"user\":\"u\",\"service_tier\":\"auto\",\"safety_identifier\":\"s\",\"prompt_cache_key\":\"k\","
                        + "\"parallel_tool_calls\":false",
                "a");
        assertThat(map(Json.parse(body)).get("metadata")).isEqualTo(Map.of("k", "v"));
        assertThat(body).contains("\"temperature\":1,", "\"top_p\":1,", "\"parallel_tool_calls\":false");
    }

    @Test
    void aLargeTextArrivesWhole() throws Exception {
        String large = "한x".repeat(1 << 19);
        String events = post(",\"stream\":true", large, "\n");
        String deltas = data(events).stream()
                .filter(event -> "response.output_text.delta".equals(event.get("type")))
                .map(event -> String.valueOf(event.get("delta")))
                .collect(Collectors.joining());
        assertThat(deltas.equals(large + "\n")).isTrue();
        assertThat(Json.write(lastResponse(events)).contains(large + "\\n")).isTrue();
    }

    @Test
    void aTextThatTheEndCannotRepeatFailsTheResponse() throws Exception {
        String events = post(",\"stream\":true", "x".repeat(9 << 20), "x".repeat(9 << 20));
        assertThat(types(events)).endsWith("response.output_text.delta", "response.failed");
        assertThat(map(lastResponse(events).get("error")).get("message").toString())
                .contains("16777216 bytes");
    }

    @Test
    void aFailureAfterTheFirstTextEndsTheResponse() throws Exception {
        ChunkQueue queue = new ChunkQueue(2);
        queue.offer("Once");
        queue.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "broken"));
        String events = post(new Output.Streamed(queue), ",\"stream\":true");
        assertThat(types(events))
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.failed");
        Map<?, ?> response = lastResponse(events);
        assertThat(response.get("status")).isEqualTo("failed");
        assertThat(response.get("error")).isEqualTo(Map.of("code", "server_error", "message", "component a: broken"));
        assertThat(Json.write(response.get("output"))).isEqualTo("[" + item("incomplete", part("Once")) + "]");
    }

    @Test
    void aFailureBeforeTheFirstTextHasItsStatus() throws Exception {
        try (OpenAiFixture fixture = new OpenAiFixture(YAML, call -> {
            throw new WeirException(ErrorCode.UPSTREAM_FAILED, "broken");
        })) {
            assertThat(fixture.refusal("response", ASK + ",\"stream\":true}")).isEqualTo("502 upstream_failed null");
        }
    }

    @Test
    void callsOfFunctionsAreItems() throws Exception {
        String events = post(",\"stream\":true", CALLS);
        assertThat(types(events))
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.output_item.added",
                        "response.function_call_arguments.delta",
                        "response.output_item.added",
                        "response.function_call_arguments.delta",
                        "response.function_call_arguments.delta",
                        "response.function_call_arguments.done",
                        "response.output_item.done",
                        "response.function_call_arguments.done",
                        "response.output_item.done",
                        "response.completed");
        String calls = "{\"id\":\"fc_T_1\",\"type\":\"function_call\",\"status\":\"completed\",\"call_id\":\"c1\","
                + "\"name\":\"now\",\"arguments\":\"{\\\"z\\\":1}\"},"
                + "{\"id\":\"fc_T_2\",\"type\":\"function_call\",\"status\":\"completed\",\"call_id\":\"c2\","
                + "\"name\":\"then\",\"arguments\":\"{}\"}";
        assertThat(Json.write(lastResponse(events).get("output")))
                .isEqualTo("[" + item("completed", part("Let me see")) + "," + calls + "]");
        String whole = post("", CALLS);
        assertThat(whole)
                .contains(calls)
                .contains("\"input_tokens\":3,\"input_tokens_details\":{\"cached_tokens\":1,")
                .contains("\"output_tokens\":4,\"output_tokens_details\":{\"reasoning_tokens\":2},\"total_tokens\":7");
    }

    @Test
    void aRefusalIsAPartOfItsOwn() throws Exception {
        String events = post(",\"stream\":true", chat("{\"refusal\":\"No\"}", "stop"));
        assertThat(types(events)).contains("response.refusal.delta", "response.refusal.done");
        assertThat(Json.write(lastResponse(events))).contains("{\"type\":\"refusal\",\"refusal\":\"No\"}");
    }

    @Test
    void theEventsOfAnUpstreamPassWithTheIdsOfThisServer() throws Exception {
        String events = post(",\"stream\":true", EVENTS);
        assertThat(types(events))
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.output_item.done",
                        "response.completed");
        assertThat(lastResponse(events).get("id")).isEqualTo("resp_T");
        assertThat(lastResponse(events).get("model")).isEqualTo("m");
        assertThat(post("", EVENTS)).contains("\"id\":\"resp_T\"").contains("\"id\":\"rs\"");
        Object value = map(EVENTS[3]).get("response");
        assertThat(post(new Output.Value(value), "")).isEqualTo(post("", EVENTS));
        assertThat(types(post(new Output.Value(value), ",\"stream\":true"))).isEqualTo(types(events));
    }

    @Test
    void theRequestOfTheAuthorToTheUpstreamStaysHidden() throws Exception {
        Map<String, Object> value = new LinkedHashMap<>();
        map(map(EVENTS[3]).get("response")).forEach((key, each) -> value.put(String.valueOf(key), each));
        value.put("status", "incomplete");
        value.put("incomplete_details", Map.of("reason", "max_output_tokens"));
        for (String member : List.of("instructions", "user", "safety_identifier", "prompt_cache_key", "metadata")) {
            value.put(member, "secret");
        }
        for (String more : List.of("", ",\"stream\":true")) {
            assertThat(post(new Output.Value(value), more))
                    .contains("max_output_tokens")
                    .contains("\"status\":\"incomplete\"")
                    .doesNotContain("secret");
        }
    }

    @Test
    void aTypeThatIsNoNameIsText() throws Exception {
        Object hostile = Json.parse("{\"type\":\"response.x\\ndata: y\"}");
        assertThat(types(post(",\"stream\":true", hostile))).contains("response.output_text.delta");
    }
}
