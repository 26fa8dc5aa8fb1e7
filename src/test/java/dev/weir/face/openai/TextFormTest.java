package dev.weir.face.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.face.FaceFixture;
import dev.weir.json.Json;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Summary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bytes of chat completions and completions, whole and streamed. */
@Timeout(60)
class TextFormTest {
    private static final String YAML = """
            workflow: {id: m, component: a}
            component: {id: a, type: http-client, endpoint: 'http://127.0.0.1:9', body: {p: '${input.prompt}'}}
            """;
    private static final String ASK = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
    private static final String HEAD =
            "data: {\"id\":\"chatcmpl-T\",\"object\":\"chat.completion.chunk\",\"created\":0,\"model\":\"m\",\"choices\":";

    private static final Summary SUMMARY = new FaceFixture.Known(Summary.Finish.LENGTH);

    private static Output stream(Object... chunks) {
        return stream(Summary.UNKNOWN, chunks);
    }

    private static Output stream(Summary summary, Object... chunks) {
        ChunkQueue queue = new ChunkQueue(16);
        for (Object chunk : chunks) {
            queue.offer(chunk);
        }
        queue.complete();
        return new Output.Streamed(queue, Optional.empty(), summary);
    }

    private static String chat(Output output, String more) throws InterruptedException {
        try (OpenAiFixture fixture = new OpenAiFixture(YAML, call -> output)) {
            return fixture.post("chat", ASK + more + "}");
        }
    }

    @Test
    void aStreamHasARoleTheTextsAReasonAndAnEnd() throws Exception {
        assertThat(chat(stream("Hel", "", "lo\n한글 😀"), ",\"stream\":true"))
                .isEqualTo(HEAD
                        + "[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n"
                        + HEAD
                        + "[{\"index\":0,\"delta\":{\"content\":\"Hel\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n"
                        + HEAD
                        + "[{\"index\":0,\"delta\":{\"content\":\"lo\\n한글 😀\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n"
                        + HEAD
                        + "[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n"
                        + "data: [DONE]\n\n");
    }

    @Test
    void theUsageComesInEveryChunkAndInOneOfItsOwn() throws Exception {
        String written = chat(stream(SUMMARY, "a"), ",\"stream\":true,\"stream_options\":{\"include_usage\":true}");
        assertThat(written)
                .contains(
                        "\"delta\":{\"content\":\"a\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n")
                .endsWith(HEAD
                        + "[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"length\"}],\"usage\":null}\n\n"
                        + HEAD
                        + "[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":2,\"total_tokens\":14}}\n\n"
                        + "data: [DONE]\n\n");
    }

    @Test
    void anEmptyStreamHasItsRoleItsReasonAndItsEnd() throws Exception {
        assertThat(chat(stream(), ",\"stream\":true").lines().filter(line -> !line.isEmpty()))
                .hasSize(3);
    }

    @Test
    void aSplitCharacterIsOne() throws Exception {
        assertThat(chat(stream("\uD83D", "\uDE00b", "c\uD83D"), ",\"stream\":true"))
                .contains("{\"content\":\"😀b\"}", "{\"content\":\"c\"}", "{\"content\":\"\uFFFD\"}");
    }

    @Test
    void aWholeAnswerIsCollectedFromTheStream() throws Exception {
        assertThat(chat(stream(SUMMARY, "Hel", "lo"), ""))
                .isEqualTo("{\"id\":\"chatcmpl-T\",\"object\":\"chat.completion\",\"created\":0,\"model\":\"m\","
                        + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hello\",\"refusal\":null},"
                        + "\"logprobs\":null,\"finish_reason\":\"length\"}],"
                        + "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":2,\"total_tokens\":14}}");
    }

    @Test
    void aValueIsAStreamOfOneChunkOrAWhole() throws Exception {
        assertThat(chat(new Output.Value(Map.of("n", 1)), ",\"stream\":true"))
                .contains("{\"content\":\"{\\\"n\\\":1}\"}")
                .endsWith("data: [DONE]\n\n");
        assertThat(chat(new Output.Value("Hello"), "")).contains("\"content\":\"Hello\",\"refusal\":null");
    }

    @Test
    void aFailureBeforeTheFirstChunkHasItsStatusAndIsNotRepeated() throws Exception {
        ChunkQueue queue = new ChunkQueue(1);
        queue.fail(new WeirException(ErrorCode.UPSTREAM_STATUS, "the upstream answered 500"));
        try (OpenAiFixture fixture = new OpenAiFixture(YAML, call -> new Output.Streamed(queue))) {
            String body = fixture.post("chat", ASK + ",\"stream\":true}");
            assertThat(fixture.response.status()).isEqualTo(502);
            assertThat(fixture.response.header("x-should-retry")).isEqualTo("false");
            assertThat(fixture.response.header("X-Task-Id")).isEqualTo(fixture.run.taskId());
            assertThat(body)
                    .isEqualTo("{\"error\":{\"message\":\"component a: the upstream answered 500\","
                            + "\"type\":\"server_error\",\"param\":null,\"code\":\"upstream_status\"}}");
        }
    }

    @Test
    void aFailureInTheMidstIsAnEventWithoutTheEnd() throws Exception {
        ChunkQueue queue = new ChunkQueue(2);
        queue.offer("a");
        queue.fail(new WeirException(ErrorCode.UPSTREAM_BROKE_OFF, "gone"));
        String written = chat(new Output.Streamed(queue), ",\"stream\":true");
        assertThat(written)
                .endsWith(
                        "data: {\"error\":{\"message\":\"component a: gone\",\"type\":\"server_error\",\"param\":null,"
                                + "\"code\":\"upstream_broke_off\"}}\n\n")
                .doesNotContain("[DONE]", "\"finish_reason\":\"stop\"");
    }

    @Test
    void chunksOfAnUpstreamPassWithTheIdsOfThisServer() throws Exception {
        Object[] chunks = List.of(
                        "{'id':'x','object':'chat.completion.chunk','created':1,'model':'gpt','system_fingerprint':'fp','choices':[{'index':0,'delta':{'role':'assistant','content':null},'finish_reason':null}],'usage':null}",
                        "{'id':'x','object':'chat.completion.chunk','choices':[{'index':0,'delta':{'role':'assistant','tool_calls':[{'index':0,'id':'c1','type':'function','function':{'name':'f','arguments':''}}]}}]}",
                        "{'id':'x','object':'chat.completion.chunk','choices':[{'index':0,'delta':{'tool_calls':[{'index':0,'function':{'arguments':'{}'}}]},'logprobs':{'content':[{'token':'a'}]}}]}",
                        "{'id':'x','object':'chat.completion.chunk','choices':[{'index':0,'delta':{},'finish_reason':'tool_calls'}]}",
                        "{'id':'x','object':'chat.completion.chunk','choices':[],'usage':{'prompt_tokens':3,'completion_tokens':4,'total_tokens':7}}")
                .stream()
                .map(json -> Json.parse(json.replace('\'', '"')))
                .toArray();
        assertThat(chat(stream(chunks), ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"))
                .isEqualTo(HEAD
                        + "[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null},\"logprobs\":null,\"finish_reason\":null}],\"system_fingerprint\":\"fp\",\"usage\":null}\n\n"
                        + HEAD
                        + "[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n"
                        + HEAD
                        + "[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]},\"logprobs\":{\"content\":[{\"token\":\"a\"}]},\"finish_reason\":null}],\"usage\":null}\n\n"
                        + HEAD
                        + "[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"tool_calls\"}],\"usage\":null}\n\n"
                        + HEAD
                        + "[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}}\n\n"
                        + "data: [DONE]\n\n");
        assertThat(chat(stream(chunks), ""))
                .contains(
                        "\"message\":{\"role\":\"assistant\",\"content\":null,\"refusal\":null,"
                                + "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
                                + "\"logprobs\":{\"content\":[{\"token\":\"a\"}]},\"finish_reason\":\"tool_calls\"",
                        "\"total_tokens\":7");
    }

    @Test
    void anAnswerOfAnUpstreamPassesWithTheIdsOfThisServer() throws Exception {
        Object whole = Json.parse(("{'id':'x','object':'chat.completion','model':'gpt','choices':[{'index':0,"
                        + "'message':{'role':'assistant','content':'a'},'finish_reason':'stop'}],'usage':{'total_tokens':7}}")
                .replace('\'', '"'));
        assertThat(chat(new Output.Value(whole), ""))
                .startsWith(
                        "{\"id\":\"chatcmpl-T\",\"object\":\"chat.completion\",\"created\":0,\"model\":\"m\",\"choices\":[{")
                .endsWith("\"usage\":{\"total_tokens\":7}}");
    }

    @Test
    void aWholeAnswerOfAnUpstreamIsStreamedInTheShapeOfChunks() throws Exception {
        Object whole = Json.parse(("{'id':'x','object':'chat.completion','model':'gpt','choices':[{'index':0,"
                        + "'message':{'role':'assistant','content':null,'tool_calls':[{'id':'c','type':'function','function':{'name':'f','arguments':'{}'}}]},"
                        + "'finish_reason':'tool_calls'}],'usage':{'total_tokens':7}}")
                .replace('\'', '"'));
        assertThat(chat(new Output.Value(whole), ",\"stream\":true"))
                .isEqualTo(HEAD
                        + "[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"logprobs\":null,\"finish_reason\":\"tool_calls\"}]}\n\n"
                        + "data: [DONE]\n\n");
    }

    @Test
    void aCompletionHasOneShapeWholeAndStreamed() throws Exception {
        try (OpenAiFixture fixture = new OpenAiFixture(YAML, call -> stream("a", "b"))) {
            String head =
                    "{\"id\":\"cmpl-T\",\"object\":\"text_completion\",\"created\":0,\"model\":\"m\",\"choices\":[{\"index\":0,\"text\":";
            assertThat(fixture.post("completion", "{\"model\":\"m\",\"prompt\":\"Hi\"}"))
                    .isEqualTo(head + "\"ab\",\"logprobs\":null,\"finish_reason\":\"stop\"}],"
                            + "\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}}");
            assertThat(fixture.post("completion", "{\"model\":\"m\",\"prompt\":[\"Hi\"],\"stream\":true}"))
                    .isEqualTo("data: " + head + "\"a\",\"logprobs\":null,\"finish_reason\":null}]}\n\ndata: " + head
                            + "\"b\",\"logprobs\":null,\"finish_reason\":null}]}\n\ndata: " + head
                            + "\"\",\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
            assertThat(fixture.inputs).containsOnly("{\"prompt\":\"Hi\"}");
        }
    }

    @Test
    void severalPromptsHaveAChoiceEach() throws Exception {
        try (OpenAiFixture fixture = new OpenAiFixture(YAML, call -> new Output.Value(List.of("a", "b")))) {
            assertThat(fixture.post("completion", "{\"model\":\"m\",\"prompt\":[\"1\",\"2\"]}"))
                    .contains("{\"index\":0,\"text\":\"a\",", "{\"index\":1,\"text\":\"b\",");
            assertThat(fixture.inputs).containsExactly("{\"prompt\":[\"1\",\"2\"]}");
            assertThat(fixture.refusal("completion", "{\"model\":\"m\",\"prompt\":[\"1\",\"2\"],\"stream\":true}"))
                    .isEqualTo("400 unsupported_parameter prompt");
            assertThat(fixture.refusal("completion", "{\"model\":\"m\",\"prompt\":[1,2]}"))
                    .isEqualTo("400 unsupported_parameter prompt");
        }
    }

    @Test
    void vectorsAreNumbersOrBase64() throws Exception {
        String yaml = YAML.replace("component: a}", "component: a, openai: {type: embedding}}");
        try (OpenAiFixture fixture =
                new OpenAiFixture(yaml, call -> new Output.Value(List.of(List.of(0.5, -1), List.of(2, 0))))) {
            assertThat(fixture.post("embedding", "{\"model\":\"m\",\"input\":[\"a\",\"b\"]}"))
                    .isEqualTo("{\"object\":\"list\",\"model\":\"m\",\"data\":["
                            + "{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.5,-1]},"
                            + "{\"object\":\"embedding\",\"index\":1,\"embedding\":[2,0]}],"
                            + "\"usage\":{\"prompt_tokens\":0,\"total_tokens\":0}}");
            assertThat(fixture.post(
                            "embedding", "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"encoding_format\":\"base64\"}"))
                    .contains("\"embedding\":\"AAAAPwAAgL8=\"", "\"embedding\":\"AAAAQAAAAAA=\"");
            assertThat(fixture.refusal("embedding", "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"dimensions\":3}"))
                    .isEqualTo("400 unsupported_parameter dimensions");
            assertThat(fixture.refusal("embedding", "{\"model\":\"m\",\"input\":[[1,2]]}"))
                    .isEqualTo("400 unsupported_parameter input");
            assertThat(fixture.refusal("chat", ASK + "}")).isEqualTo("400 unsupported_parameter model");
        }
    }
}
