package dev.weir.face.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.Output;
import dev.weir.face.ModelRequest;
import dev.weir.json.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way from the request of a response to the inputs of a workflow, and the fields that are refused. */
@Timeout(60)
class ResponseRulesTest {
    private static OpenAiFixture of(String body, String workflow) {
        return new OpenAiFixture(
                "workflow: {id: m, component: a" + workflow + "}\n"
                        + "component: {id: a, type: http-client, endpoint: 'http://127.0.0.1:9', body: {" + body
                        + "}}\n",
                call -> new Output.Value("a"));
    }

    /** The input of the workflow for a request, or the refusal. */
    private static String input(OpenAiFixture fixture, String members) throws InterruptedException {
        fixture.inputs.clear();
        String answer = fixture.post("response", "{\"model\":\"m\"," + members + "}");
        return fixture.inputs.isEmpty() ? answer : String.valueOf(fixture.inputs.get(0));
    }

    @Test
    void aTextAndItsInstructionsGoToTheirInputs() throws Exception {
        try (OpenAiFixture fixture = of("q: '${input.prompt}', s: '${input.system}', t: '${input.max_tokens}'", "")) {
            assertThat(input(fixture, "\"input\":\"Hi\",\"instructions\":\"Be brief\",\"max_output_tokens\":16"))
                    .isEqualTo("{\"system\":\"Be brief\",\"prompt\":\"Hi\",\"max_tokens\":16}");
        }
        try (OpenAiFixture fixture = of("q: '${input.prompt}'", "")) {
            assertThat(fixture.refusal("response", "{\"model\":\"m\",\"input\":\"a\",\"instructions\":\"b\"}"))
                    .isEqualTo("400 unsupported_parameter instructions");
        }
    }

    @Test
    void itemsBecomeMessagesOfChatCompletions() throws Exception {
        try (OpenAiFixture fixture = of("m: '${input.messages}', t: '${input.tools}', c: '${input.tool_choice}'", "")) {
            assertThat(input(
                            fixture,
                            "\"instructions\":\"Be brief\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\","
                                    + "\"text\":\"What\"},{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,AAAA\","
                                    + "\"detail\":\"low\"}]},"
                                    + "{\"type\":\"message\",\"id\":\"msg_1\",\"status\":\"completed\",\"role\":\"assistant\","
                                    + "\"content\":[{\"type\":\"output_text\",\"text\":\"See\",\"annotations\":[]}]},"
                                    + "{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"now\",\"arguments\":\"{}\"},"
                                    + "{\"type\":\"function_call\",\"call_id\":\"c2\",\"name\":\"now\",\"arguments\":\"{}\"},"
                                    + "{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"12\"}],"
                                    + "\"tools\":[{\"type\":\"function\",\"name\":\"now\",\"parameters\":{},\"strict\":true}],"
                                    + "\"tool_choice\":{\"type\":\"function\",\"name\":\"now\"}"))
                    .isEqualTo("{\"messages\":[{\"role\":\"system\",\"content\":\"Be brief\"},"
                            + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What\"},{\"type\":\"image_url\","
                            + "\"image_url\":{\"url\":\"data:image/png;base64,AAAA\",\"detail\":\"low\"}}]},"
                            + "{\"role\":\"assistant\",\"content\":\"See\",\"tool_calls\":["
                            + "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"now\",\"arguments\":\"{}\"}},"
                            + "{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"now\",\"arguments\":\"{}\"}}]},"
                            + "{\"role\":\"tool\",\"content\":\"12\",\"tool_call_id\":\"c1\"}],"
                            + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"now\",\"parameters\":{},\"strict\":true}}],"
                            + "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"now\"}}}");
        }
    }

    @Test
    void theWholeRequestReachesAnUpstreamOfTheSameApi() throws Exception {
        try (OpenAiFixture fixture = of("b: '${input}'", ", openai: {input: '${request}'}")) {
            String members =
                    "\"input\":\"Hi\",\"text\":{\"format\":{\"type\":\"json_object\"}},\"reasoning\":{\"effort\":\"low\"}";
            assertThat(input(fixture, members)).isEqualTo("{\"model\":\"m\"," + members + "}");
        }
    }

    @Test
    @Timeout(30)
    void manyCallsAreReadOnce() {
        StringBuilder items = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            items.append(i == 0 ? "" : ",").append("{\"type\":\"function_call\",\"name\":\"f\",\"arguments\":\"{}\"}");
        }
        ModelRequest.Content.Conversation conversation =
                ResponseInput.read(null, Json.parse("[" + items + ",{\"role\":\"user\",\"content\":\"a\"}]"));

        assertThat(conversation.messages()).hasSize(2);
        assertThat((List<?>) ((Map<?, ?>) conversation.messages().get(0)).get("tool_calls"))
                .hasSize(200_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "previous_response_id|\"resp_1\"",
                "conversation|\"conv_1\"",
                "background|true",
                "truncation|\"auto\"",
                "tools|[{\"type\":\"web_search\"}]",
                "tool_choice|\"required\"",
                "text|{\"format\":{\"type\":\"json_object\"}}",
                "text|{\"verbosity\":\"low\"}",
                "reasoning|{\"effort\":\"low\"}",
                "include|[\"message.output_text.logprobs\"]",
                "prompt|{\"id\":\"p\"}",
                "max_tool_calls|3",
                "top_logprobs|2",
                "frequency_penalty|0.5",
                "presence_penalty|0.5",
                "logit_bias|{\"50256\":-100}",
                "stop|[\"x\"]",
                "seed|7",
                "n|2",
                "max_tokens|5",
                "max_completion_tokens|5",
                "response_format|{\"type\":\"json_object\"}",
                "functions|[{\"name\":\"f\"}]",
                "reasoning_effort|\"low\"",
                "moderation|{}",
                "context_management|[{\"type\":\"compaction\"}]",
                "temperature|0.2",
                "max_output_tokens|100"
            })
    void aFieldThatCannotBeHonouredIsNamed(String field, String value) throws Exception {
        for (String input : new String[] {"prompt", "text"}) {
            try (OpenAiFixture fixture = of("p: '${input." + input + "}'", "")) {
                assertThat(fixture.refusal(
                                "response", "{\"model\":\"m\",\"input\":\"a\",\"" + field + "\":" + value + "}"))
                        .isEqualTo("400 unsupported_parameter " + field);
            }
        }
    }

    @Test
    void aBackgroundIsRefusedThoughTheWholeRequestIsTaken() throws Exception {
        try (OpenAiFixture fixture = of("b: '${input}'", ", openai: {input: '${request}'}")) {
            assertThat(fixture.refusal("response", "{\"model\":\"m\",\"input\":\"a\",\"background\":true}"))
                    .isEqualTo("400 unsupported_parameter background");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"previous_response_id\":null",
                "\"conversation\":null",
                "\"background\":false",
                "\"truncation\":\"disabled\"",
                "\"tools\":[]",
                "\"tool_choice\":\"auto\"",
                "\"text\":{\"format\":{\"type\":\"text\"},\"verbosity\":\"medium\"}",
                "\"reasoning\":{}",
                "\"include\":[]",
                "\"top_logprobs\":0",
                "\"temperature\":1",
                "\"stream_options\":{\"include_obfuscation\":false}"
            })
    void aValueThatChangesNothingIsAccepted(String member) throws Exception {
        try (OpenAiFixture fixture = of("p: '${input.prompt}'", "")) {
            assertThat(input(fixture, "\"input\":\"Hi\"," + member)).isEqualTo("{\"prompt\":\"Hi\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "3",
                "[3]",
                "[{\"content\":\"a\"}]",
                "[{\"role\":\"user\"}]",
                "[{\"role\":\"user\",\"content\":[3]}]",
                "[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\"}]}]",
                "[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"file_id\":\"f\"}]}]",
                "[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"file:///etc/passwd\"}]}]",
                "[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,!\"}]}]"
            })
    void anInvalidInputIsNamed(String input) throws Exception {
        try (OpenAiFixture fixture = of("p: '${input.prompt}'", "")) {
            assertThat(fixture.refusal("response", "{\"model\":\"m\",\"input\":" + input + "}"))
                    .isEqualTo("400 invalid_value input");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"item_reference\",\"id\":\"msg_1\"}",
                "{\"role\":\"user\",\"content\":[{\"type\":\"input_file\",\"file_id\":\"f\"}]}",
                "{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"1\"},{\"role\":\"user\",\"content\":\"a\"}"
            })
    void anItemThatNoInputTakesIsRefused(String items) throws Exception {
        try (OpenAiFixture fixture = of("p: '${input.prompt}'", "")) {
            assertThat(fixture.refusal("response", "{\"model\":\"m\",\"input\":[" + items + "]}"))
                    .isEqualTo("400 unsupported_parameter input");
        }
    }
}
