package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.Output;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.Received;
import dev.weir.stream.Summary;
import dev.weir.stream.Summary.Finish;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The finish reason and the counts of tokens of an upstream's answer, for each protocol. */
@Timeout(60)
class UpstreamSummaryTest {
    private final CallFixture calls = new CallFixture();
    private FakeUpstream upstream;

    @BeforeEach
    void startUpstream() throws IOException {
        upstream = new FakeUpstream(FakeUpstream.events());
    }

    @AfterEach
    void stop() {
        calls.close();
        upstream.close();
    }

    private String component(String... lines) {
        return "component:\n  type: http-client\n  base_url: " + upstream.url() + "\n  path: /v1\n"
                + String.join("\n", lines).indent(2);
    }

    /** One event for each payload; payloads are separated by a bar, and quotes are written as apostrophes. */
    private static FakeUpstream.Answer events(String payloads) {
        StringBuilder body = new StringBuilder();
        for (String payload : payloads.split("\\|", -1)) {
            body.append("data: ").append(payload.strip().replace('\'', '"')).append("\n\n");
        }
        return FakeUpstream.events(body.toString());
    }

    private static FakeUpstream.Answer lines(String payloads) {
        return FakeUpstream.whole(
                200, "application/x-ndjson", payloads.replace('\'', '"').replace("|", "\n") + "\n");
    }

    private static FakeUpstream.Answer whole(String body) {
        return FakeUpstream.whole(200, "application/json", body.replace('\'', '"'));
    }

    /** {@code finish/stop sequence/prompt tokens/completion tokens}, a {@code -} for each that is not known. */
    private static String shown(Summary summary) {
        return summary.finish().map(Finish::name).orElse("-")
                + "/" + summary.stopSequence().orElse("-")
                + "/"
                + (summary.promptTokens().isPresent() ? summary.promptTokens().getAsInt() : "-")
                + "/"
                + (summary.completionTokens().isPresent()
                        ? summary.completionTokens().getAsInt()
                        : "-");
    }

    private static String afterTheEnd(Output output) throws InterruptedException {
        if (output instanceof Output.Streamed streamed) {
            BlockingReader.readAll(streamed.chunks(), chunk -> true);
        }
        return shown(output.summary());
    }

    private static final String OPEN_AI =
            "{'choices':[{'index':0,'delta':{'content':'a'},'finish_reason':null}],'usage':null}|";
    private static final String ANTHROPIC =
            "{'type':'message_start','message':{'id':'m','role':'assistant','usage':{'input_tokens':12,'output_tokens':1}}}"
                    + "|{'type':'content_block_delta','delta':{'type':'text_delta','text':'a'}}|";
    private static final String RESPONSES = "{'type':'response.created','response':{'status':'in_progress'}}"
            + "|{'type':'response.output_text.delta','delta':'a'}|";
    private static final String COHERE =
            "{'type':'message-start'}|{'type':'content-delta','delta':{'message':{'content':{'text':'a'}}}}|";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                // OpenAI
                OPEN_AI + "{'choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}|[DONE]; STOP/-/-/-",
                OPEN_AI + "{'choices':[{'delta':{},'finish_reason':'length'}]}"
                        + "|{'choices':[],'usage':{'prompt_tokens':12,'completion_tokens':120,'total_tokens':132}}|[DONE];"
                        + " LENGTH/-/12/120",
                OPEN_AI + "{'choices':[{'finish_reason':'tool_calls','delta':{}}],"
                        + "'usage':{'prompt_tokens':3,'completion_tokens':4}}; TOOL_CALLS/-/3/4",
                OPEN_AI + "{'choices':[{'finish_reason':'content_filter','delta':{}}]}; CONTENT_FILTER/-/-/-",
                // Completions, with the counts so far in each chunk
                "{'choices':[{'text':'a','finish_reason':null}],'usage':{'prompt_tokens':5,'completion_tokens':1}}"
                        + "|{'choices':[{'text':'b','finish_reason':'stop'}],'usage':{'prompt_tokens':5,'completion_tokens':2}}"
                        + "|[DONE]; STOP/-/5/2",
                // A reason that no protocol defines
                OPEN_AI + "{'choices':[{'finish_reason':'abort','delta':{}}]}; -/-/-/-",
                // Anthropic
                ANTHROPIC + "{'type':'message_delta','delta':{'stop_reason':'end_turn','stop_sequence':null},"
                        + "'usage':{'output_tokens':120}}|{'type':'message_stop'}; STOP/-/12/120",
                ANTHROPIC + "{'type':'message_delta','delta':{'stop_reason':'stop_sequence','stop_sequence':'END'},"
                        + "'usage':{'output_tokens':9,'input_tokens':0}}|{'type':'message_stop'}; STOP/END/12/9",
                ANTHROPIC + "{'type':'message_delta','delta':{'stop_reason':'max_tokens'},'usage':{'output_tokens':9}}"
                        + "|{'type':'message_stop'}; LENGTH/-/12/9",
                ANTHROPIC + "{'type':'message_delta','delta':{'stop_reason':'tool_use'},'usage':{'output_tokens':9}}"
                        + "|{'type':'message_stop'}; TOOL_CALLS/-/12/9",
                ANTHROPIC + "{'type':'message_delta','delta':{'stop_reason':'refusal'},'usage':{'output_tokens':9}}"
                        + "|{'type':'message_stop'}; CONTENT_FILTER/-/12/9",
                ANTHROPIC + "{'type':'message_delta','delta':{'stop_reason':'pause_turn'},'usage':{'output_tokens':9}}"
                        + "|{'type':'message_stop'}; -/-/12/9",
                // OpenAI, responses
                RESPONSES
                        + "{'type':'response.completed','response':{'status':'completed','output':[{'type':'message'}],"
                        + "'usage':{'input_tokens':12,'output_tokens':7}}}; STOP/-/12/7",
                RESPONSES
                        + "{'type':'response.completed','response':{'status':'completed','output':[{'type':'reasoning'},"
                        + "{'type':'function_call'}],'usage':{'input_tokens':12,'output_tokens':7}}}; TOOL_CALLS/-/12/7",
                RESPONSES + "{'type':'response.incomplete','response':{'status':'incomplete',"
                        + "'incomplete_details':{'reason':'max_output_tokens'},'usage':{'input_tokens':1,'output_tokens':2}}};"
                        + " LENGTH/-/1/2",
                // Gemini
                "{'candidates':[{'content':{'parts':[{'text':'a'}]}}],'usageMetadata':{'promptTokenCount':4}}"
                        + "|{'candidates':[{'finishReason':'MAX_TOKENS'}],"
                        + "'usageMetadata':{'promptTokenCount':4,'candidatesTokenCount':6}}; LENGTH/-/4/6",
                // Cohere
                COHERE + "{'type':'message-end','delta':{'finish_reason':'COMPLETE',"
                        + "'usage':{'tokens':{'input_tokens':71,'output_tokens':12}}}}; STOP/-/71/12",
                // Other data
                "{'text':'a','status':'completed','stop_reason':'end_turn'}|{'text':'b'}; -/-/-/-"
            })
    void aStreamReportsThem(String payloads, String expected) throws Exception {
        upstream.answers(events(payloads));

        assertThat(afterTheEnd(calls.invoke(component("stream_format: json"))))
                .describedAs("without an output")
                .isEqualTo(expected);
        assertThat(afterTheEnd(calls.invoke(
                        component("stream_format: json", "output: \"${response[].model}${response[].text | x}\""))))
                .describedAs("projected")
                .isEqualTo(expected);
        assertThat(afterTheEnd(calls.invoke(component("output: {a: '${response}'}"))))
                .describedAs("collected")
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'model':'m','response':'a','done':false}|{'model':'m','response':'','done':true,'done_reason':'stop',"
                        + "'prompt_eval_count':26,'eval_count':298}; STOP/-/26/298",
                "{'model':'m','message':{'content':'a'},'done':false}|{'model':'m','message':{'content':''},'done':true,"
                        + "'done_reason':'length','prompt_eval_count':2,'eval_count':8}; LENGTH/-/2/8"
            })
    void linesOfOllamaReportThem(String payloads, String expected) throws Exception {
        upstream.answers(lines(payloads));

        assertThat(afterTheEnd(calls.invoke(component("stream_format: json", "output: ${response[].response | x}"))))
                .isEqualTo(expected);
        assertThat(afterTheEnd(calls.invoke(component("stream_format: json")))).isEqualTo(expected);
        assertThat(afterTheEnd(calls.invoke(component("output: ${response}")))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'object':'chat.completion','choices':[{'message':{'content':'a'},'finish_reason':'length'}],"
                        + "'usage':{'prompt_tokens':12,'completion_tokens':120}}; LENGTH/-/12/120",
                "{'type':'message','content':[],'stop_reason':'stop_sequence','stop_sequence':'END',"
                        + "'usage':{'input_tokens':12,'output_tokens':3}}; STOP/END/12/3",
                "{'model':'m','response':'a','done':true,'done_reason':'stop','prompt_eval_count':2,'eval_count':3};"
                        + " STOP/-/2/3",
                "{'object':'response','status':'completed','output':[{'type':'message'}],"
                        + "'usage':{'input_tokens':5,'output_tokens':6}}; STOP/-/5/6",
                "{'object':'response','output':[{'type':'function_call'}],'status':'completed'}; TOOL_CALLS/-/-/-",
                "{'object':'response','status':'completed','output':[{'type':'function_call'}],"
                        + "'usage':{'input_tokens':5,'output_tokens':6}}; TOOL_CALLS/-/5/6",
                "{'object':'response','status':'incomplete','incomplete_details':{'reason':'content_filter'},'output':[]};"
                        + " CONTENT_FILTER/-/-/-",
                "{'object':'list','data':[{'embedding':[0.1]}],'usage':{'prompt_tokens':5,'total_tokens':5}}; -/-/5/-",
                "{'candidates':[{'finishReason':'STOP'}],'usageMetadata':{'promptTokenCount':1,'candidatesTokenCount':2}};"
                        + " STOP/-/1/2",
                "[{'usage':{'prompt_tokens':5}}]; -/-/-/-",
                "{'status':'completed'}; -/-/-/-"
            })
    void aWholeAnswerReportsThem(String body, String expected) throws Exception {
        upstream.answers(whole(body));

        assertThat(shown(calls.invoke(component("output: {all: '${response}'}")).summary()))
                .isEqualTo(expected);
        assertThat(shown(calls.invoke(component()).summary())).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "'12'",
                "null",
                "true",
                "{}",
                "[1]",
                "1.5",
                "1e30",
                "2147483648",
                "99999999999999999999",
                "123456789012345678901234567890123456789012345678901234567890"
            })
    void aHostileCountIsIgnored(String count) throws Exception {
        String usage = "{'choices':[{'finish_reason':{'a':1},'delta':{}}],'usage':{'prompt_tokens':" + count
                + ",'completion_tokens':7}}";
        upstream.answers(events(OPEN_AI + usage));
        assertThat(afterTheEnd(calls.invoke(CallFixture.openAi(upstream.url()))))
                .isEqualTo("-/-/-/7");

        upstream.answers(whole(usage));
        assertThat(shown(calls.invoke(component()).summary())).isEqualTo("-/-/-/7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{'choices':7,'usage':[]}", "{'choices':[7],'usage':'a'}", "{'choices':[],'usage':{}}", "[]"})
    void anotherShapeReportsNothing(String body) throws Exception {
        upstream.answers(whole(body));

        assertThat(shown(calls.invoke(component()).summary())).isEqualTo("-/-/-/-");
    }

    @Test
    void aStopSequenceIsBounded() throws Exception {
        upstream.answers(
                whole("{'type':'message','stop_reason':'stop_sequence','stop_sequence':'" + "x".repeat(1_001) + "'}"));

        assertThat(shown(calls.invoke(component()).summary())).isEqualTo("STOP/-/-/-");
    }

    @Test
    void theSummaryIsCompleteWhenTheEndIsReportedAndGrowsBefore() throws Exception {
        upstream.answers(events(ANTHROPIC
                + "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'output_tokens':5}}"
                + "|{'type':'message_stop'}"));
        Output.Streamed output =
                (Output.Streamed) calls.invoke(component("stream_format: json", "output: ${response[].delta.text}"));
        assertThat(shown(output.summary())).isEqualTo("-/-/-/-");

        assertThat(BlockingReader.take(output.chunks())).isEqualTo(new Received.Chunk("a"));
        assertThat(shown(output.summary())).isEqualTo("-/-/12/1");

        assertThat(BlockingReader.take(output.chunks())).isInstanceOf(Received.Completed.class);
        assertThat(shown(output.summary())).isEqualTo("STOP/-/12/5");
    }

    @Test
    void aRetriedCallHasTheSummaryOfItsLastAttempt() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        FakeUpstream.Answer good = events(OPEN_AI
                + "{'choices':[{'delta':{},'finish_reason':'stop'}],'usage':{'prompt_tokens':1,'completion_tokens':2}}"
                + "|[DONE]");
        FakeUpstream.Answer overloaded = events("{'choices':[],'usage':{'prompt_tokens':900,'completion_tokens':900}}"
                + "|{'error':{'type':'overloaded_error','message':'Overloaded'}}");
        upstream.answers(exchange -> (attempts.incrementAndGet() == 1 ? overloaded : good).write(exchange));

        Output output = calls.invoke(CallFixture.openAi(upstream.url(), "max_retries: 1", "retry_delay: 1ms"));

        assertThat(afterTheEnd(output)).isEqualTo("STOP/-/1/2");
        assertThat(attempts).hasValue(2);
    }

    @Test
    void aPolledResultReportsThem() throws Exception {
        upstream.answers(exchange -> (exchange.getRequestMethod().equals("POST")
                        ? whole("{'id':'r','object':'response','status':'queued'}")
                        : whole("{'object':'response','status':'completed','output':[],'usage':{'input_tokens':1}}"))
                .write(exchange));

        Output output = calls.invoke(component(
                "completion: {type: polling, path: '/v1/${response.id}', interval: 1ms, status: '${result.status}',"
                        + " success_when: [completed]}"));

        assertThat(shown(output.summary())).isEqualTo("STOP/-/1/-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream_format: text", "output: '${response[]}'"})
    void payloadsThatAreNotParsedReportNothing(String key) throws Exception {
        upstream.answers(events(OPEN_AI + "{'choices':[{'delta':{},'finish_reason':'stop'}]}|[DONE]"));

        assertThat(afterTheEnd(calls.invoke(component(key)))).isEqualTo("-/-/-/-");
    }
}
