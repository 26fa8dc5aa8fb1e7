package dev.weir.face.anthropic;

import static dev.weir.face.anthropic.AnthropicFixture.USER;
import static dev.weir.face.anthropic.AnthropicFixture.ask;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.Output;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way from a request to the input of a workflow, and the refusals of what no input takes. */
@Timeout(60)
class MessageRulesTest {
    private static final String PROMPT = "q: '${input.prompt}'";
    private static final String SYSTEM = ",\"system\":\"Be brief\"";
    private static final String BLOCKS =
            ",\"system\":[{\"type\":\"text\",\"text\":\"Be brief\",\"cache_control\":{\"type\":\"ephemeral\"}}]";
    private static final String MODEL = "workflow: {id: m, component: a}\n"
            + "component: {id: a, type: model, task: chat-completion, model: ./none,"
            + " action: {messages: '${input.messages}', streaming: true}}\n";

    private static String field(String field) {
        return ",\"" + field.replaceFirst(":", "\":").replace('\'', '"');
    }

    private static String name(String field) {
        return field.substring(0, field.indexOf(':'));
    }

    @Test
    void aMessageOfTextOrBlocksIsThePrompt() throws Exception {
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT, "")) {
            assertThat(fixture.input(ask(USER, ""))).isEqualTo("{\"prompt\":\"Hi\"}");
            String blocks = "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"H\"},"
                    + "{\"type\":\"text\",\"text\":\"i\",\"cache_control\":{\"type\":\"ephemeral\"}}]}";
            assertThat(fixture.input(ask(blocks, ""))).isEqualTo("{\"prompt\":\"Hi\"}");
        }
    }

    @Test
    void instructionsGoToTheInputForThem() throws Exception {
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT + ", s: '${input.system}'", "")) {
            assertThat(fixture.input(ask(USER, SYSTEM))).isEqualTo("{\"system\":\"Be brief\",\"prompt\":\"Hi\"}");
            assertThat(fixture.input(ask(USER, BLOCKS))).isEqualTo("{\"system\":\"Be brief\",\"prompt\":\"Hi\"}");
            assertThat(fixture.input(ask(USER, ",\"system\":\"\""))).isEqualTo("{\"prompt\":\"Hi\"}");
        }
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT, "")) {
            assertThat(fixture.refusal(ask(USER, SYSTEM)))
                    .isEqualTo("400 invalid_request_error system is set, and the model has no input 'system':"
                            + " leave it out");
            assertThat(fixture.refusal(ask(USER, ",\"system\":[{\"type\":\"image\",\"source\":{\"type\":\"file\"}}]")))
                    .startsWith("400 invalid_request_error system must be a text or a list of blocks of the type text");
        }
        String late = USER + ",{\"role\":\"system\",\"content\":\"In verse\"}";
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT + ", s: '${input.system}'", "")) {
            assertThat(fixture.input(ask(late, SYSTEM)))
                    .isEqualTo("{\"system\":\"Be brief\\n\\nIn verse\",\"prompt\":\"Hi\"}");
        }
        try (AnthropicFixture fixture = AnthropicFixture.of("m: '${input.messages}'", "")) {
            assertThat(fixture.input(ask(late, SYSTEM)))
                    .isEqualTo("{\"messages\":[{\"role\":\"system\",\"content\":\"Be brief\"}," + late + "]}");
        }
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT, ", openai: {history: last}")) {
            assertThat(fixture.input(ask(USER, SYSTEM))).isEqualTo("{\"prompt\":\"Hi\"}");
        }
    }

    @Test
    void allMessagesGoToTheInputForThem() throws Exception {
        String turns =
                USER + ",{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\","
                        + "\"input\":{}}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\"}]}";
        try (AnthropicFixture fixture = AnthropicFixture.of("m: '${input.messages}'", "")) {
            assertThat(fixture.input(ask(turns, ""))).isEqualTo("{\"messages\":[" + turns + "]}");
            assertThat(fixture.input(ask(USER, BLOCKS)))
                    .isEqualTo("{\"messages\":[{\"role\":\"system\",\"content\":\"Be brief\"}," + USER + "]}");
        }
        try (AnthropicFixture fixture = AnthropicFixture.of("m: '${input.messages}', s: '${input.system}'", "")) {
            assertThat(fixture.input(ask(USER, BLOCKS)))
                    .isEqualTo("{" + BLOCKS.substring(1) + ",\"messages\":[" + USER + "]}");
        }
        try (AnthropicFixture fixture =
                AnthropicFixture.of("m: '${input.messages}', s: '${input.system as text}'", "")) {
            assertThat(fixture.input(ask(USER, BLOCKS)))
                    .isEqualTo("{\"system\":\"Be brief\",\"messages\":[" + USER + "]}");
        }
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT, "")) {
            assertThat(fixture.refusal(ask(turns, "")))
                    .startsWith("400 invalid_request_error messages has more than one");
        }
    }

    @Test
    void theInputOfTheWorkflowTakesTheInstructionsOrTheyAreRefused() throws Exception {
        String messages = "q: '${request.messages[-1].content}'";
        try (AnthropicFixture fixture =
                AnthropicFixture.of("q: '${input.q}'", ", openai: {input: {" + messages + "}}")) {
            assertThat(fixture.input(ask(USER, ""))).isEqualTo("{\"q\":\"Hi\"}");
            assertThat(fixture.refusal(ask(USER, SYSTEM)))
                    .isEqualTo("400 invalid_request_error system is not in openai.input of this model: leave it out");
        }
        String both = ", openai: {input: {" + messages + ", s: '${request.system}'}}";
        try (AnthropicFixture fixture = AnthropicFixture.of("q: '${input.q}'", both)) {
            assertThat(fixture.input(ask(USER, SYSTEM))).isEqualTo("{\"q\":\"Hi\",\"s\":\"Be brief\"}");
        }
    }

    @Test
    void anImageGoesToTheOneInputForImages() throws Exception {
        String image = "{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"base64\","
                + "\"media_type\":\"image/png\",\"data\":\"iVBORw0KGgo=\"}},{\"type\":\"text\",\"text\":\"What?\"}]}";
        String url = "{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"url\","
                + "\"url\":\"https://h/i.png\"}},{\"type\":\"text\",\"text\":\"What?\"}]}";
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT + ", i: '${input.photo as image}'", "")) {
            assertThat(fixture.input(ask(image, ""))).isEqualTo("{\"photo\":\"iVBORw0KGgo=\",\"prompt\":\"What?\"}");
            assertThat(fixture.refusal(ask(image.replace("iVBO", "****"), "")))
                    .startsWith("400 invalid_request_error messages[0].content[0].source.data must be valid base64");
            assertThat(fixture.refusal(ask(url.replace("https", "file"), "")))
                    .startsWith("400 invalid_request_error messages[0].content[0].source.url must be a URL of http");
            assertThat(fixture.refusal(ask(url.replace("\"url\",", "\"file\","), "")))
                    .contains("'image of a source file', which the model does not take");
        }
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT + ", i: '${input.photo}'", "")) {
            assertThat(fixture.refusal(ask(image, ""))).contains("messages has more images than the model takes");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tool_result", "document", "thinking", "search_result", "tool_use", "container_upload"})
    void aBlockThatNoInputTakesIsRefused(String type) throws Exception {
        String message = "{\"role\":\"user\",\"content\":[{\"type\":\"" + type + "\"}]}";
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT, "")) {
            assertThat(fixture.refusal(ask(message, "")))
                    .isEqualTo("400 invalid_request_error messages has a part of the type '" + type
                            + "', which the model does not take");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "temperature:0.5",
                "top_p:0.5",
                "top_k:5",
                "stop_sequences:['x']",
                "tools:[{'name':'f'}]",
                "tool_choice:{'type':'any'}",
                "thinking:{'type':'enabled','budget_tokens':1024}",
                "thinking:{'type':'adaptive'}",
                "output_config:{'effort':'low'}",
                "output_format:{'type':'json_schema'}",
                "mcp_servers:[{'type':'url'}]",
                "container:'c'",
                "thread:{'id':'t'}",
                "stop:['x']",
                "seed:7",
                "n:2",
                "response_format:{'type':'json_object'}",
                "compaction:{'type':'auto'}",
                "context_management:{'edits':[]}"
            })
    void aFieldThatChangesTheAnswerIsRefusedOrGoesToTheInputOfItsName(String field) throws Exception {
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT, "")) {
            assertThat(fixture.refusal(ask(USER, field(field))))
                    .isEqualTo("400 invalid_request_error " + name(field)
                            + " is not supported by this model: leave it out");
        }
        String own = ", x: '${input." + name(field) + "}'";
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT + own, "")) {
            assertThat(fixture.input(ask(USER, field(field)))).isEqualTo("{\"prompt\":\"Hi\"" + field(field) + "}");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "temperature:1",
                "top_p:1.0",
                "top_k:0",
                "stop_sequences:[]",
                "tools:[]",
                "tool_choice:{'type':'auto'}",
                "tool_choice:{'type':'none'}",
                "thinking:{'type':'disabled'}",
                "metadata:{'user_id':'u'}",
                "service_tier:'auto'",
                "stream:null",
                "cache_control:{'type':'ephemeral'}",
                "unknown:1"
            })
    void aFieldThatChangesNothingIsAccepted(String field) throws Exception {
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT, "")) {
            assertThat(fixture.input(ask(USER, field(field)))).isEqualTo("{\"prompt\":\"Hi\"}");
        }
    }

    @Test
    void aChoiceOfToolsIsTakenWithTheTools() throws Exception {
        String tools = field("tools:[{'name':'f'}]");
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT + ", t: '${input.tools}'", "")) {
            assertThat(fixture.input(ask(USER, tools + field("tool_choice:{'type':'auto'}"))))
                    .isEqualTo("{\"prompt\":\"Hi\"" + tools + "}");
            assertThat(fixture.refusal(ask(USER, tools + field("tool_choice:{'type':'none'}"))))
                    .startsWith("400 invalid_request_error tool_choice is not supported");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "temperature:2|temperature must be a number from 0 to 1, was 2",
                "top_p:-1|top_p must be a number from 0 to 1, was -1",
                "top_k:0.5|top_k must be a whole number from 0 to 2147483647, was 0.5",
                "max_tokens:0|max_tokens must be a whole number from 1 to 2147483647, was 0",
                "max_tokens:null|max_tokens must be a whole number from 1 to 2147483647, was null",
                "stop_sequences:[1]|stop_sequences must be a text or a list of texts, was ",
                "stream:'yes'|stream must be true or false, was ",
                "system:1|system must be a text or a list of blocks, was 1",
                "messages:[]|messages must be a list of at least one message, was ",
                "messages:['Hi']|messages[0] must be an object with role and content, was ",
                "messages:[{'role':'tool','content':'x'}]|messages[0].role must be user, assistant or system, was ",
                "messages:[{'role':'user'}]|messages[0].content must be a text or a list of blocks, was ",
                "messages:[{'role':'user','content':['Hi']}]|messages[0].content[0] must be an object with a type, was ",
                "messages:[{'role':'user','content':[{'type':'text'}]}]|messages[0].content[0].text must be a text, was ",
                "model:''|model must be a text, was "
            })
    void aFieldWithAnInvalidValueIsNamed(String field, String message) throws Exception {
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT, "")) {
            assertThat(fixture.refusal(ask(USER, field(field)))).startsWith("400 invalid_request_error " + message);
        }
    }

    @Test
    void aRequestWithoutALimitOfTokensIsRefused() throws Exception {
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT, "")) {
            assertThat(fixture.refusal("{\"model\":\"m\",\"messages\":[" + USER + "]}"))
                    .startsWith("400 invalid_request_error max_tokens must be a whole number from 1");
        }
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT + ", n: '${input.max_tokens}'", "")) {
            assertThat(fixture.input(ask(USER, ""))).isEqualTo("{\"prompt\":\"Hi\",\"max_tokens\":9}");
        }
    }

    @Test
    void optionsThatNoInputTakesGoToTheLocalModel() throws Exception {
        try (AnthropicFixture fixture = new AnthropicFixture(MODEL, call -> new Output.Value("a"))) {
            String more = ",\"top_k\":7,\"top_p\":0.5,\"stop_sequences\":[\"x\"]";
            assertThat(fixture.input(ask(USER, more + SYSTEM)))
                    .isEqualTo("{\"messages\":[{\"role\":\"system\",\"content\":\"Be brief\"}," + USER + "]}");
            assertThat(fixture.parameters().get(0))
                    .hasToString("{max_output_length=9, do_sample=true, top_p=0.5, top_k=7, stop_sequences=[x]}");
            assertThat(fixture.refusal(ask(USER, ",\"tools\":[{}]"))).startsWith("400 invalid_request_error tools");
        }
        try (AnthropicFixture fixture = new AnthropicFixture(MODEL, call -> new Output.Value("a"))) {
            fixture.input(ask(USER, ",\"top_k\":7,\"temperature\":0"));
            assertThat(fixture.parameters().get(0)).hasToString("{max_output_length=9, do_sample=false, top_k=7}");
        }
    }

    @Test
    void unknownAndPrivateModelsAreNotFound() throws Exception {
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT, ", private: true")) {
            assertThat(fixture.refusal(ask(USER, ""))).startsWith("404 not_found_error no model has the id 'm'");
        }
    }

    @Test
    void hugeTypesAreRefusedInShortMessages() throws Exception {
        String part = "{\"role\":\"user\",\"content\":[{\"type\":\"" + "x".repeat(100_000) + "\"}]}";
        try (AnthropicFixture fixture = AnthropicFixture.of(PROMPT, "")) {
            assertThat(fixture.refusal(ask(part, ""))).hasSizeLessThan(300);
        }
    }
}
