package dev.weir.face.anthropic;

import static dev.weir.face.anthropic.AnthropicFixture.answer;
import static dev.weir.face.anthropic.AnthropicFixture.ask;
import static dev.weir.face.anthropic.AnthropicFixture.parsed;
import static dev.weir.face.anthropic.AnthropicFixture.stream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.face.FaceFixture;
import dev.weir.sse.ByteBuilder;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Summary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The bytes of messages, whole and streamed. */
@Timeout(60)
class MessageFormTest {
    private static final String STREAM = ",\"stream\":true";
    private static final String HEAD =
            "{'id':'msg_T','type':'message','role':'assistant','model':'m','content':%s,'stop_reason':%s,'stop_sequence':%s,'usage':{'input_tokens':%d,'output_tokens':%d}";

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }

    private static String event(String data) {
        String type = data.substring("{'type':'".length(), data.indexOf('\'', "{'type':'".length()));
        return quoted("event: " + type + "\ndata: " + data + "\n\n");
    }

    private static String start(int input, int output) {
        return event("{'type':'message_start','message':" + HEAD.formatted("[]", "null", "null", input, output) + "}}");
    }

    private static String end(String reason, int input, int output) {
        return event("{'type':'message_delta','delta':{'stop_reason':'" + reason
                        + "','stop_sequence':null},'usage':{'input_tokens':" + input + ",'output_tokens':" + output
                        + "}}")
                + event("{'type':'message_stop'}");
    }

    private static String open(int index, String block) {
        return event("{'type':'content_block_start','index':" + index + ",'content_block':" + block + "}");
    }

    private static String delta(int index, String delta) {
        return event("{'type':'content_block_delta','index':" + index + ",'delta':" + delta + "}");
    }

    private static String text(int index, String text) {
        return delta(index, "{'type':'text_delta','text':'" + text + "'}");
    }

    private static String close(int index) {
        return event("{'type':'content_block_stop','index':" + index + "}");
    }

    private static final String TEXT = "{'type':'text','text':''}";

    @Test
    void aStreamIsAMessageOfOneText() throws Exception {
        Summary summary = new FaceFixture.Known(Summary.Finish.LENGTH);
        assertThat(answer(FaceFixture.stream(summary, "Hel", "", "lo\n한글 😀"), STREAM))
                .isEqualTo(start(12, 0)
                        + open(0, TEXT)
                        + text(0, "Hel")
                        + text(0, "lo\\n한글 😀")
                        + close(0)
                        + end("max_tokens", 12, 2));
    }

    @Test
    void aWholeMessageIsCollectedFromTheStream() throws Exception {
        Summary summary = new FaceFixture.Known(Summary.Finish.STOP, Optional.of("END"));
        String whole =
                quoted(HEAD.formatted("[{'type':'text','text':'Hello'}]", "'stop_sequence'", "'END'", 12, 2) + "}");
        assertThat(answer(FaceFixture.stream(summary, "Hel", "lo"), "")).isEqualTo(whole);
    }

    @ParameterizedTest
    @EnumSource(Summary.Finish.class)
    void eachFinishHasItsReason(Summary.Finish finish) throws Exception {
        Map<Summary.Finish, String> reasons = Map.of(
                Summary.Finish.STOP, "end_turn",
                Summary.Finish.LENGTH, "max_tokens",
                Summary.Finish.TOOL_CALLS, "tool_use",
                Summary.Finish.CONTENT_FILTER, "refusal");
        assertThat(answer(FaceFixture.stream(new FaceFixture.Known(finish), "a"), ""))
                .contains("\"stop_reason\":\"" + reasons.get(finish) + "\"");
    }

    @Test
    void anEmptyOutputIsAnEmptyText() throws Exception {
        assertThat(answer(stream(), STREAM)).isEqualTo(start(0, 0) + open(0, TEXT) + close(0) + end("end_turn", 0, 0));
        assertThat(answer(stream(), ""))
                .contains(quoted("'content':[{'type':'text','text':''}],'stop_reason':'end_turn'"));
    }

    @Test
    void aValueIsAMessageInBothForms() throws Exception {
        Output value = new Output.Value(Map.of("n", 1));
        String escaped = "{\\\"n\\\":1}";
        assertThat(answer(value, STREAM)).contains("\"text\":\"" + escaped + "\"}}");
        assertThat(answer(value, "")).contains("[{\"type\":\"text\",\"text\":\"" + escaped + "\"}]");
    }

    @Test
    void aSplitCharacterIsOne() throws Exception {
        Object[] chunks = {"\uD83D", "\uDE00b", "c\uD83D"};
        assertThat(answer(stream(chunks), STREAM))
                .contains(text(0, "😀b") + text(0, "c") + text(0, "\uFFFD") + close(0));
        assertThat(answer(stream(chunks), "")).contains("\"😀bc\uFFFD\"");
    }

    @Test
    void aFailureBeforeTheFirstChunkHasItsStatusAndIsNotRepeated() throws Exception {
        ChunkQueue queue = new ChunkQueue(1);
        queue.fail(new WeirException(ErrorCode.UPSTREAM_STATUS, "the upstream answered 500"));
        try (AnthropicFixture fixture =
                new AnthropicFixture(AnthropicFixture.YAML, call -> new Output.Streamed(queue))) {
            assertThat(fixture.post(ask(AnthropicFixture.USER, STREAM)))
                    .isEqualTo(quoted("{'type':'error','error':{'type':'api_error',"
                            + "'message':'component a: the upstream answered 500'},'request_id':'T'}"));
            assertThat(fixture.response().status()).isEqualTo(502);
            assertThat(fixture.response().header("x-should-retry")).isEqualTo("false");
        }
    }

    @Test
    void aFailureInTheMidstIsAnEventWithoutTheEnd() throws Exception {
        ChunkQueue queue = new ChunkQueue(2);
        queue.offer("a");
        queue.fail(new WeirException(ErrorCode.UPSTREAM_STALLED, "silent"));
        assertThat(answer(new Output.Streamed(queue), STREAM))
                .isEqualTo(start(0, 0)
                        + open(0, TEXT)
                        + text(0, "a")
                        + quoted("event: error\ndata: {'type':'error','error':{'type':'timeout_error',"
                                + "'message':'component a: silent'},'request_id':'T'}\n\n"));
    }

    private static final String[] EVENTS = {
        "{'type':'message_start','message':{'id':'x','type':'message','role':'assistant','model':'claude','content':[],"
                + "'stop_reason':null,'usage':{'input_tokens':5,'cache_read_input_tokens':3,'output_tokens':1}}}",
        "{'type':'content_block_start','index':0,'content_block':{'type':'thinking','thinking':'','signature':''}}",
        "{'type':'ping'}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'thinking_delta','thinking':'Hm'}}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'signature_delta','signature':'c2ln'}}",
        "{'type':'content_block_stop','index':0}",
        "{'type':'content_block_start','index':1,'content_block':{'type':'text','text':''}}",
        "{'type':'content_block_delta','index':1,'delta':{'type':'text_delta','text':'Let me see'}}",
        "{'type':'content_block_stop','index':1}",
        "{'type':'content_block_start','index':2,'content_block':{'type':'tool_use','id':'toolu_1','name':'f','input':{}}}",
        "{'type':'content_block_delta','index':2,'delta':{'type':'input_json_delta','partial_json':'{}'}}",
        "{'type':'content_block_stop','index':2}",
        "{'type':'message_delta','delta':{'stop_reason':'tool_use','stop_sequence':null},'usage':{'output_tokens':7}}",
        "{'type':'message_stop'}"
    };

    @Test
    void theEventsOfAnUpstreamPassWithTheIdsOfThisServer() throws Exception {
        assertThat(answer(stream(parsed(EVENTS)), STREAM))
                .isEqualTo(event("{'type':'message_start','message':{'id':'msg_T','type':'message','role':'assistant',"
                                + "'model':'m','content':[],'stop_reason':null,'stop_sequence':null,"
                                + "'usage':{'input_tokens':5,'output_tokens':1,'cache_read_input_tokens':3}}}")
                        + event(EVENTS[1])
                        + event(EVENTS[3])
                        + event(EVENTS[4])
                        + event(EVENTS[5])
                        + event(EVENTS[6])
                        + event(EVENTS[7])
                        + event(EVENTS[8])
                        + event(EVENTS[9])
                        + event(EVENTS[10])
                        + event(EVENTS[11])
                        + event("{'type':'message_delta','delta':{'stop_reason':'tool_use','stop_sequence':null},"
                                + "'usage':{'input_tokens':5,'output_tokens':7,'cache_read_input_tokens':3}}")
                        + event("{'type':'message_stop'}"));
    }

    private static final String BLOCKS = "[{'type':'thinking','thinking':'Hm','signature':'c2ln'},"
            + "{'type':'text','text':'Let me see'},{'type':'tool_use','id':'toolu_1','name':'f','input':{}}]";

    @Test
    void theEventsOfAnUpstreamAreCollected() throws Exception {
        assertThat(answer(stream(parsed(EVENTS)), ""))
                .isEqualTo(quoted("{'id':'msg_T','type':'message','role':'assistant','model':'m','content':" + BLOCKS
                        + ",'stop_reason':'tool_use','stop_sequence':null,"
                        + "'usage':{'input_tokens':5,'output_tokens':7,'cache_read_input_tokens':3}}"));
    }

    private static final String MESSAGE = "{'id':'x','type':'message','role':'assistant','model':'claude','content':"
            + BLOCKS.replace("'input':{}", "'input':{'a':1}")
            + ",'stop_reason':'tool_use','stop_sequence':null,'usage':{'input_tokens':5,'output_tokens':7},'container':{'id':'c'}}";

    @Test
    void aMessageOfAnUpstreamPassesWhole() throws Exception {
        assertThat(answer(new Output.Value(parsed(MESSAGE)[0]), ""))
                .isEqualTo(quoted(MESSAGE.replace("'x'", "'msg_T'").replace("'claude'", "'m'")));
    }

    @Test
    void aValueThatOnlyLooksLikeAMessageIsText() throws Exception {
        Object value = parsed("{'type':'message','content':[{'type':'output_text','text':'a'}]}")[0];
        assertThat(answer(new Output.Value(value), "")).contains("\"content\":[{\"type\":\"text\",\"text\":\"{");
    }

    @Test
    void aMessageOfAnUpstreamIsStreamed() throws Exception {
        assertThat(answer(new Output.Value(parsed(MESSAGE)[0]), STREAM))
                .isEqualTo(event("{'type':'message_start','message':" + HEAD.formatted("[]", "null", "null", 5, 7)
                                + ",'container':{'id':'c'}}}")
                        + open(0, "{'type':'thinking','thinking':'','signature':''}")
                        + delta(0, "{'type':'thinking_delta','thinking':'Hm'}")
                        + delta(0, "{'type':'signature_delta','signature':'c2ln'}")
                        + close(0)
                        + open(1, TEXT)
                        + text(1, "Let me see")
                        + close(1)
                        + open(2, "{'type':'tool_use','id':'toolu_1','name':'f','input':{}}")
                        + delta(2, "{'type':'input_json_delta','partial_json':'{\\'a\\':1}'}")
                        + close(2)
                        + end("tool_use", 5, 7));
    }

    @Test
    void deltasWithoutTheirBlocksAreText() throws Exception {
        assertThat(answer(stream(parsed(EVENTS[7], EVENTS[13])), STREAM))
                .isEqualTo(start(0, 0) + open(0, TEXT) + text(0, "Let me see") + close(0) + end("end_turn", 0, 0));
    }

    @Test
    void aBlockThatAnUpstreamLeavesOpenIsClosed() throws Exception {
        assertThat(answer(stream("a", parsed(EVENTS[6])[0], parsed(EVENTS[7])[0]), STREAM))
                .isEqualTo(start(0, 0)
                        + open(0, TEXT)
                        + text(0, "a")
                        + close(0)
                        + open(1, TEXT)
                        + text(1, "Let me see")
                        + close(1)
                        + end("end_turn", 0, 0));
    }

    private static final Object[] COMPLETION = parsed(
            "{'object':'chat.completion.chunk','choices':[{'index':0,'delta':{'role':'assistant','content':'On it'}}]}",
            "{'object':'chat.completion.chunk','choices':[{'index':0,'delta':{'tool_calls':[{'index':0,'id':'c1','function':{'name':'f','arguments':''}}]}}]}",
            "{'object':'chat.completion.chunk','choices':[{'index':0,'delta':{'tool_calls':[{'index':0,'function':{'arguments':'{ }'}}]}}]}",
            "{'object':'chat.completion.chunk','choices':[{'index':0,'delta':{'tool_calls':[{'index':1,'id':'c2','function':{'name':'g','arguments':'{}'}}]}}]}",
            "{'object':'chat.completion.chunk','choices':[{'index':0,'delta':{},'finish_reason':'tool_calls'}]}",
            "{'object':'chat.completion.chunk','choices':[],'usage':{'prompt_tokens':3,'completion_tokens':4}}");

    @ParameterizedTest
    @CsvSource({"length, max_tokens", "content_filter, refusal", "tool_calls, tool_use", "stop, end_turn"})
    void theFinishOfAChatCompletionIsTheReason(String finish, String reason) throws Exception {
        Object[] chunks = parsed(
                "{'object':'chat.completion.chunk','choices':[{'index':0,'delta':{'content':'a'}}]}",
                "{'object':'chat.completion.chunk','choices':[{'index':0,'delta':{},'finish_reason':'" + finish
                        + "'}]}");
        assertThat(answer(stream(chunks), STREAM)).contains("\"stop_reason\":\"" + reason + "\"");
        assertThat(answer(stream(chunks), "")).contains("\"stop_reason\":\"" + reason + "\"");
    }

    @Test
    void aPlainStopAfterCallsAsksForTheirResults() throws Exception {
        Object[] chunks = COMPLETION.clone();
        chunks[4] = parsed(
                "{'object':'chat.completion.chunk','choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}")[0];
        assertThat(answer(stream(chunks), STREAM)).contains("\"stop_reason\":\"tool_use\"");
    }

    @Test
    void aCallThatGoesOnAfterAnotherPartFails() throws Exception {
        Object[] chunks = {COMPLETION[1], COMPLETION[3], COMPLETION[2]};
        assertThat(answer(stream(chunks), STREAM))
                .contains("goes on after another part")
                .doesNotContain("{ }");
    }

    @Test
    void theChunksOfAChatCompletionGiveTextAndCalls() throws Exception {
        assertThat(answer(stream(COMPLETION), STREAM))
                .isEqualTo(start(0, 0)
                        + open(0, TEXT)
                        + text(0, "On it")
                        + close(0)
                        + open(1, "{'type':'tool_use','id':'c1','name':'f','input':{}}")
                        + delta(1, "{'type':'input_json_delta','partial_json':'{ }'}")
                        + close(1)
                        + open(2, "{'type':'tool_use','id':'c2','name':'g','input':{}}")
                        + delta(2, "{'type':'input_json_delta','partial_json':'{}'}")
                        + close(2)
                        + end("tool_use", 3, 4));
        assertThat(answer(stream(COMPLETION), ""))
                .contains(quoted("'content':[{'type':'text','text':'On it'},"
                        + "{'type':'tool_use','id':'c1','name':'f','input':{}},"
                        + "{'type':'tool_use','id':'c2','name':'g','input':{}}],'stop_reason':'tool_use'"));
    }

    @Test
    void aWholeChatCompletionGivesTextAndCalls() throws Exception {
        Object whole =
                parsed("{'object':'chat.completion','choices':[{'index':0,'message':{'role':'assistant','content':null,"
                        + "'tool_calls':[{'id':'c1','type':'function','function':{'name':'f','arguments':'{}'}}]}}]}")[
                        0];
        assertThat(answer(new Output.Value(whole), ""))
                .contains(quoted("'content':[{'type':'tool_use','id':'c1','name':'f','input':{}}]"));
    }

    @Test
    void theInputOfACallIsJsonUnlessALimitHasCutItOff() throws Exception {
        String broken = EVENTS[10].replace("'{}'", "'{'");
        Object[] chunks = parsed(EVENTS[9], broken);
        assertThat(answer(stream(chunks), "")).contains("api_error", "tool 'f' is no JSON object");
        assertThat(answer(FaceFixture.stream(new FaceFixture.Known(Summary.Finish.LENGTH), chunks), ""))
                .contains(quoted("'input':{}}],'stop_reason':'max_tokens'"));
    }

    @Test
    void aCallWithoutArgumentsHasAnEmptyInput() throws Exception {
        assertThat(answer(stream(parsed(EVENTS[9], EVENTS[10].replace("'{}'", "''"))), ""))
                .contains(quoted("{'type':'tool_use','id':'toolu_1','name':'f','input':{}}"));
    }

    @Test
    void theHeartbeatIsAPingOnceTheMessageHasBegun() throws Exception {
        MessageEvents events = new MessageEvents(new MessageAnswer("m", "msg_T", Summary.UNKNOWN));
        assertThat(heartbeat(events, false)).isEqualTo(":\n");
        assertThat(heartbeat(events, true)).isEqualTo(event("{'type':'ping'}"));
    }

    private static String heartbeat(MessageEvents events, boolean begun) throws IOException {
        ByteBuilder out = new ByteBuilder();
        events.heartbeat(begun, out);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        out.writeTo(bytes, 0, out.size());
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
