package dev.weir.face.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.Output;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way from a request to the inputs of a workflow, and the fields that are refused. */
@Timeout(60)
class RequestRulesTest {
    private static final String USER = "{\"role\":\"user\",\"content\":\"Hi\"}";
    private static final String SYSTEM = "{\"role\":\"developer\",\"content\":[{\"type\":\"text\",\"text\":\"Be \"},"
            + "{\"type\":\"text\",\"text\":\"brief\"}]}";

    private static String yaml(String body, String workflow) {
        return "workflow: {id: m, component: a" + workflow + "}\n"
                + "component: {id: a, type: http-client, endpoint: 'http://127.0.0.1:9', body: {" + body + "}}\n";
    }

    private static OpenAiFixture of(String body, String workflow) {
        return new OpenAiFixture(yaml(body, workflow), call -> new Output.Value("a"));
    }

    private static String ask(String messages, String more) {
        return "{\"model\":\"m\",\"messages\":[" + messages + "]" + more + "}";
    }

    /** The input of the workflow for a request, or the refusal. */
    private static String input(OpenAiFixture fixture, String json) throws InterruptedException {
        fixture.inputs.clear();
        String answer = fixture.post("chat", json);
        return fixture.inputs.isEmpty() ? answer : String.valueOf(fixture.inputs.get(0));
    }

    @Test
    void allMessagesGoToTheInputThatTakesThem() throws Exception {
        try (OpenAiFixture fixture = of("m: '${input.messages}', t: '${input.temperature | 0.7}'", "")) {
            assertThat(input(fixture, ask(SYSTEM + "," + USER, ",\"temperature\":0.2")))
                    .isEqualTo("{\"messages\":[" + SYSTEM + "," + USER + "],\"temperature\":0.2}");
        }
    }

    @Test
    void theLastUserMessageGoesToTheOneText() throws Exception {
        try (OpenAiFixture fixture = of("q: '${input.question}', s: '${input.system}'", "")) {
            assertThat(input(fixture, ask(SYSTEM + "," + USER, "")))
                    .isEqualTo("{\"system\":\"Be brief\",\"question\":\"Hi\"}");
        }
        try (OpenAiFixture fixture = of("q: '${input.topic}', s: '${input.prompt}'", "")) {
            assertThat(input(fixture, ask(USER, ",\"topic\":\"t\",\"metadata\":{\"topic\":\"u\"}")))
                    .isEqualTo("{\"prompt\":\"Hi\",\"topic\":\"t\"}");
            assertThat(input(fixture, ask(USER, ",\"metadata\":{\"topic\":\"u\"}")))
                    .isEqualTo("{\"prompt\":\"Hi\",\"topic\":\"u\"}");
        }
    }

    @Test
    void noMessageIsDroppedUnlessTheWorkflowAllowsIt() throws Exception {
        String turns = USER + ",{\"role\":\"assistant\",\"content\":\"Yes\"}," + USER;
        try (OpenAiFixture fixture = of("q: '${input.prompt}'", "")) {
            assertThat(fixture.refusal("chat", ask(turns, ""))).isEqualTo("400 unsupported_parameter messages");
            assertThat(fixture.refusal("chat", ask(SYSTEM + "," + USER, "")))
                    .isEqualTo("400 unsupported_parameter messages");
            assertThat(fixture.refusal("chat", ask(SYSTEM, ""))).isEqualTo("400 invalid_value messages");
            assertThat(fixture.refusal("chat", ask("", ""))).isEqualTo("400 invalid_value messages");
            assertThat(fixture.inputs).isEmpty();
        }
        try (OpenAiFixture fixture = of("q: '${input.prompt}'", ", openai: {history: last}")) {
            assertThat(input(fixture, ask(SYSTEM + "," + turns, ""))).isEqualTo("{\"prompt\":\"Hi\"}");
            String begun = "{\"role\":\"assistant\",\"content\":\"{\"}";
            assertThat(fixture.refusal("chat", ask(USER + "," + begun, "")))
                    .isEqualTo("400 unsupported_parameter messages");
        }
    }

    @Test
    void anImageGoesToTheOneInputForImages() throws Exception {
        String image = "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What?\"},"
                + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,iVBORw0KGgo=\"}}]}";
        try (OpenAiFixture fixture = of("q: '${input.prompt}', i: '${input.photo as image}'", "")) {
            assertThat(input(fixture, ask(image, ""))).isEqualTo("{\"photo\":\"iVBORw0KGgo=\",\"prompt\":\"What?\"}");
            assertThat(fixture.refusal("chat", ask(image.replace("iVBO", "****"), "")))
                    .isEqualTo("400 invalid_value messages");
            String two = image.replace("]}", ",{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://h/i.png\"}}]}");
            assertThat(fixture.refusal("chat", ask(two, ""))).isEqualTo("400 unsupported_parameter messages");
        }
        try (OpenAiFixture fixture = of("q: '${input.prompt}'", "")) {
            assertThat(fixture.refusal("chat", ask(image, ""))).isEqualTo("400 unsupported_parameter messages");
            assertThat(fixture.refusal("chat", ask("{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\"}]}", "")))
                    .isEqualTo("400 unsupported_parameter messages");
        }
    }

    @Test
    void theAuthorsInputAndOutputCount() throws Exception {
        String exposure = ", openai: {model: weir/chat, input: {q: '${request.messages[-1].content}',"
                + " t: '${request.temperature | 0.7}'}, output: 'It is ${output}'}";
        try (OpenAiFixture fixture = of("q: '${input.q}'", exposure)) {
            String ask = ask(USER, ",\"temperature\":0.5").replace("\"m\"", "\"weir/chat\"");
            assertThat(input(fixture, ask)).isEqualTo("{\"q\":\"Hi\",\"t\":0.5}");
            assertThat(fixture.post("chat", ask)).contains("\"content\":\"It is a\"", "\"model\":\"weir/chat\"");
            assertThat(fixture.refusal("chat", ask.replace("}]", "}],\"top_p\":0.5")))
                    .isEqualTo("400 unsupported_parameter top_p");
            assertThat(fixture.refusal("chat", ask(USER, ""))).isEqualTo("404 model_not_found model");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "temperature:0.5",
                "top_p:0.5",
                "max_tokens:5",
                "max_completion_tokens:5",
                "seed:1",
                "stop:'x'",
                "n:2",
                "frequency_penalty:0.1",
                "presence_penalty:0.1",
                "logit_bias:{'1':2}",
                "logprobs:true",
                "top_logprobs:3",
                "tools:[{'type':'function'}]",
                "functions:[{'name':'f'}]",
                "tool_choice:'required'",
                "response_format:{'type':'json_object'}",
                "modalities:['text','audio']",
                "audio:{'voice':'a'}",
                "prediction:{'type':'content'}",
                "web_search_options:{}",
                "reasoning_effort:'low'",
                "verbosity:'low'"
            })
    void aFieldThatChangesTheAnswerIsRefusedOrGoesToTheInputOfItsName(String field) throws Exception {
        int colon = field.indexOf(':');
        String name = field.substring(0, colon);
        String more = ",\"" + name + "\":" + field.substring(colon + 1).replace('\'', '"');
        try (OpenAiFixture fixture = of("q: '${input.prompt}'", "")) {
            assertThat(fixture.refusal("chat", ask(USER, more))).isEqualTo("400 unsupported_parameter " + name);
        }
        try (OpenAiFixture fixture = of("q: '${input.prompt}', x: '${input." + name + "}'", "")) {
            boolean several = name.equals("n");
            assertThat(input(fixture, ask(USER, more)))
                    .contains(several ? "\"prompt\":\"Hi\",\"n\":2" : "{\"prompt\":\"Hi\",\"" + name + "\":");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "temperature:1",
                "top_p:1",
                "n:1",
                "stop:[]",
                "stop:null",
                "seed:null",
                "frequency_penalty:0",
                "presence_penalty:0.0",
                "logit_bias:{}",
                "logprobs:false",
                "tools:[]",
                "tool_choice:'auto'",
                "response_format:{'type':'text'}",
                "modalities:['text']",
                "user:'u'",
                "store:true",
                "metadata:{'a':'b'}",
                "service_tier:'auto'",
                "parallel_tool_calls:false",
                "chat_id:'of Open WebUI'"
            })
    void aFieldThatChangesNothingIsAccepted(String field) throws Exception {
        try (OpenAiFixture fixture = of("q: '${input.prompt}'", "")) {
            String more = "\"" + field.replaceFirst(":", "\":").replace('\'', '"');
            assertThat(input(fixture, ask(USER, "," + more))).isEqualTo("{\"prompt\":\"Hi\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"temperature:3", "top_p:-1", "n:0", "max_tokens:0", "seed:0.5", "stop:[1]", "stream:'yes'"})
    void aFieldWithAnInvalidValueIsNamed(String field) throws Exception {
        int colon = field.indexOf(':');
        try (OpenAiFixture fixture = of("q: '${input.prompt}'", "")) {
            String more = ",\"" + field.replaceFirst(":", "\":").replace('\'', '"');
            assertThat(fixture.refusal("chat", ask(USER, more)))
                    .isEqualTo("400 invalid_value " + field.substring(0, colon));
        }
    }

    @Test
    void anInputThatBreaksItsDeclarationIsNamed() throws Exception {
        try (OpenAiFixture fixture = of("q: '${input.prompt}', s: '${input.size as select/small,large}'", "")) {
            assertThat(fixture.refusal("chat", ask(USER, ",\"size\":\"huge\""))).isEqualTo("400 invalid_value size");
        }
    }

    @Test
    void aPrivateWorkflowIsNoModel() throws Exception {
        for (String hidden : List.of(", private: true", ", openai: false")) {
            try (OpenAiFixture fixture = of("q: '${input.prompt}'", hidden)) {
                assertThat(fixture.refusal("chat", ask(USER, ""))).isEqualTo("404 model_not_found model");
            }
        }
    }

    @Test
    void aListOfPromptsIsNotStreamedByTheLocalModel() throws Exception {
        String yaml = "workflow: {id: m, component: a}\n"
                + "component: {id: a, type: model, task: text-generation, model: ./none,"
                + " action: {text: '${input.prompt}', streaming: true}}\n";
        try (OpenAiFixture fixture = new OpenAiFixture(yaml, call -> new Output.Value(List.of("a", "b")))) {
            assertThat(fixture.post("completion", "{\"model\":\"m\",\"prompt\":[\"x\",\"y\"]}"))
                    .contains("{\"index\":0,\"text\":\"a\"", "{\"index\":1,\"text\":\"b\"");
            assertThat(fixture.parameters.get(0)).hasToString("{streaming=false}");
        }
    }

    @Test
    void aPromptThatTheInputOfTheWorkflowDoesNotHaveIsRefused() throws Exception {
        String own = ", openai: {input: {q: '${request.messages[-1].content}'}}";
        try (OpenAiFixture fixture = of("q: '${input.q}'", own)) {
            assertThat(input(fixture, ask(USER, ""))).isEqualTo("{\"q\":\"Hi\"}");
            assertThat(fixture.refusal("completion", "{\"model\":\"m\",\"prompt\":\"Hi\"}"))
                    .isEqualTo("400 unsupported_parameter prompt");
        }
    }

    @Test
    void hugeOrOddPartsAreRefusedInShortMessages() throws Exception {
        String user = "{\"role\":\"user\",\"content\":[%s]}";
        String url = "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:" + ";a".repeat(5000) + ";base64,AA\"}}";
        String part = "{\"type\":\"" + "x".repeat(100_000) + "\"}";
        String image =
                "{\"role\":\"system\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y.png\"}}]}";
        try (OpenAiFixture fixture = of("q: '${input.prompt}', s: '${input.system}'", "")) {
            assertThat(fixture.refusal("chat", ask(user.formatted(url), ""))).isEqualTo("400 invalid_value messages");
            assertThat(fixture.post("chat", ask(user.formatted(part), "")))
                    .contains("unsupported_parameter")
                    .hasSizeLessThan(1000);
            assertThat(fixture.refusal("chat", ask(image + "," + USER, "")))
                    .isEqualTo("400 unsupported_parameter messages");
        }
    }

    @Test
    void optionsThatNoInputTakesGoToTheLocalModel() throws Exception {
        String yaml = "workflow: {id: m, component: a}\n"
                + "component: {id: a, type: model, task: chat-completion, model: ./none,"
                + " action: {messages: '${input.messages}', streaming: true}}\n";
        try (OpenAiFixture fixture = new OpenAiFixture(yaml, call -> new Output.Value(List.of("a", "b")))) {
            String more =
                    ",\"temperature\":0,\"top_p\":0.5,\"seed\":7,\"stop\":\"x\",\"max_tokens\":9,\"max_completion_tokens\":5,\"n\":2";
            assertThat(fixture.post("chat", ask(USER, more)))
                    .contains("{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"a\"", "{\"index\":1,");
            assertThat(fixture.parameters.get(0))
                    .hasToString("{do_sample=false, top_p=0.5, seed=7, max_output_length=5, num_return_sequences=2,"
                            + " stop_sequences=[x], streaming=false}");
            assertThat(fixture.refusal("chat", ask(USER, ",\"n\":2,\"stream\":true")))
                    .isEqualTo("400 unsupported_parameter n");
            assertThat(fixture.refusal("chat", ask(USER, ",\"tools\":[{}]")))
                    .isEqualTo("400 unsupported_parameter tools");
        }
    }
}
