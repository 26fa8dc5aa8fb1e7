package dev.weir.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.Goldens;
import dev.weir.StoriesModel;
import dev.weir.WeirException;
import dev.weir.files.ConfinedFolder;
import dev.weir.json.Json;
import dev.weir.tokenizer.TokenizerFiles.TemplateSource;
import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {
    private static final Clock NOW =
            Clock.fixed(LocalDateTime.of(2026, 3, 5, 14, 7, 9).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
    private static final List<ChatMessage> TALK =
            List.of(new ChatMessage("user", "Hi"), new ChatMessage("assistant", "Hello!"));

    static Stream<JsonObject> conversations() {
        return StoriesModel.golden("chat_template");
    }

    @ParameterizedTest
    @MethodSource("conversations")
    void rendersAsTransformersDoes(JsonObject golden) {
        ChatTemplate template = ChatTemplate.of(TokenizerFiles.read(new ConfinedFolder(StoriesModel.FOLDER)));
        List<ChatMessage> messages = golden.getJsonArray("messages").getValuesAs(JsonObject.class).stream()
                .map(message -> new ChatMessage(message.getString("role"), message.getString("content")))
                .toList();

        assertThat(template.render(messages, golden.getBoolean("add_generation_prompt")))
                .isEqualTo(golden.getString("text"));
    }

    static Stream<JsonObject> styles() {
        return Goldens.list("jinja/chat.json");
    }

    @ParameterizedTest
    @MethodSource("styles")
    void rendersTheTemplatesOfEveryStyleAsTransformersDoes(JsonObject golden) {
        Map<String, String> tokens = Map.of("bos_token", "<s>", "eos_token", "</s>", "unk_token", "<unk>");
        String source = Goldens.text("jinja/chat/" + golden.getString("template"));
        ChatTemplate template = ChatTemplate.of(files(tokens, source), NOW);
        List<ChatMessage> messages = conversation(golden.getString("conversation"));
        boolean prompt = golden.getBoolean("add_generation_prompt");

        if (golden.containsKey("text")) {
            assertThat(template.render(messages, prompt)).isEqualTo(golden.getString("text"));
        } else {
            String error = golden.getString("error");
            boolean refusal = error.startsWith("TemplateError: ");
            assertThatThrownBy(() -> template.render(messages, prompt))
                    .as(error)
                    .isInstanceOfSatisfying(
                            WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT))
                    .hasMessageContaining(
                            refusal
                                    ? error.substring("TemplateError: ".length())
                                    : "cannot write these messages: line");
        }
    }

    private static List<ChatMessage> conversation(String name) {
        Map<?, ?> found = ((List<?>) Json.parse(Goldens.text("jinja/conversations.json")))
                .stream()
                        .map(each -> (Map<?, ?>) each)
                        .filter(each -> name.equals(each.get("name")))
                        .findFirst()
                        .orElseThrow();
        return ((List<?>) found.get("messages"))
                .stream()
                        .map(each -> (Map<?, ?>) each)
                        .map(each -> new ChatMessage((String) each.get("role"), each.get("content")))
                        .toList();
    }

    @Test
    void withoutATemplateEveryTurnEndsWithTheEndToken() {
        ChatTemplate template = ChatTemplate.of(
                new TokenizerFiles(Map.of("eos_token", "<|endoftext|>"), new TemplateSource.None(), false));

        assertThat(template.render(TALK, true)).isEqualTo("Hi<|endoftext|>Hello!<|endoftext|>");
    }

    @Test
    void linesOfBlocksLeaveNoTraceAndTheLastLineBreakGoes() {
        assertThat(template("""
                {% for m in messages %}
                  {% if loop.first %}
                {{ bos_token }}
                  {%- endif %}
                [{{ m.role }}] {{ m['content'] | trim }}
                {% endfor %}
                """).render(TALK, true)).isEqualTo("<s>[user] Hi\n[assistant] Hello!\n");
    }

    @Test
    void textOfTheConversationIsNeverReadAsATemplate() {
        assertThat(template("{% for m in messages %}{{ m.content }}{% endfor %}")
                        .render(List.of(new ChatMessage("user", "{{ bos_token }}{% if %} {# #}")), true))
                .isEqualTo("{{ bos_token }}{% if %} {# #}");
    }

    @Test
    void aTemplateThatRefusesIsTheCallersFaultAndGivesItsReason() {
        assertThatThrownBy(() -> template("{{ raise_exception('roles must alternate') }}")
                        .render(TALK, true))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT))
                .hasMessageContaining("roles must alternate");
    }

    @Test
    void aTemplateThatCannotBeReadSaysWhereAndIsNoFailureUntilItIsNeeded() {
        ChatTemplate template = template("a\n{% for m in %}");

        assertThat(template.problem())
                .hasValueSatisfying(
                        problem -> assertThat(problem)
                                .startsWith(
                                        "chat template chat_template.jinja cannot be read: line 2, column 13: unexpected '%}'"));
        assertThatThrownBy(() -> template.render(TALK, true))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY))
                .hasMessageContaining("line 2, column 13");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{{ messages[0].content + nothing }} | with one user turn: line 1, column 1: 'nothing' is undefined",
                "{% if messages[0].role == 'system' %}{{ 1 / 0 }}{% endif %}{{ messages[0].content }} | with a system turn: line 1, column 38: 1 / 0 cannot be computed",
                "{{ messages[0].content }}{% if messages[2] is defined %}{{ x.y }}{% endif %} | with three turns: line 1, column 57: 'x' is undefined",
                "{{ messages[0].content }}{% if not add_generation_prompt %}{{ x.y }}{% endif %} | without a prompt to answer: line 1, column 60: 'x' is undefined",
                "{{ messages[0].content }}{% if tools %}{{ x.y }}{% endif %} | with tools: line 1, column 40: 'x' is undefined",
                "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %} | with one user turn: line 1, column 28: the template's values need too much memory",
            })
    void whatFailsInARehearsalIsTheTemplatesProblem(String source, String problem) {
        assertThat(template(source).rehearsed(() -> {}).problem())
                .hasValueSatisfying(
                        told -> assertThat(told).startsWith("chat template chat_template.jinja fails " + problem));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ raise_exception('no chats') }}",
                "{% if messages[0].role == 'system' %}{{ raise_exception('no system turns') }}{% endif %}",
                "{% if messages | length > 1 %}{{ raise_exception('one turn') }}{% endif %}",
            })
    void aRefusalIsNoProblemOfTheTemplate(String source) {
        assertThat(template(source).rehearsed(() -> {}).problem()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chatml-oneline",
                "chatml",
                "deepseek",
                "dialogpt",
                "gemma",
                "llama2",
                "llama3",
                "mistral",
                "parts",
                "phi",
                "reasoning"
            })
    void theTemplatesOfEveryStylePassTheirRehearsal(String name) {
        ChatTemplate template = template(Goldens.text("jinja/chat/" + name + ".jinja"));

        assertThat(template.rehearsed(() -> {}).problem()).isEmpty();
    }

    @Test
    void aRehearsalEndsWhenTheLoadingIsCancelled() {
        WeirException ended = new WeirException(ErrorCode.CANCELLED, "ended");
        assertThatThrownBy(() -> template("{% for i in range(99999) %}{% endfor %}")
                        .rehearsed(() -> {
                            throw ended;
                        }))
                .isSameAs(ended);
    }

    private static final String TAKES_TEXT = "{% for m in messages %}{{ m.role + ':' + m.content + ';' }}{% endfor %}";
    private static final String TAKES_PARTS =
            "{% for m in messages %}{{ m.role }}:{% for p in m.content %}{{ p.text }}{% endfor %};{% endfor %}";
    private static final String TAKES_EITHER =
            "{% for m in messages %}{{ m.role }}:{% if m.content is string %}{{ m.content }}{% else %}"
                    + "{% for p in m.content %}{{ p.text }}{% endfor %}{% endif %};{% endfor %}";
    private static final String TAKES_ANYTHING = "{% for m in messages %}{{ m.role }}:{{ m.content }};{% endfor %}";

    @Test
    void aTemplateGetsContentInTheFormThatItTakes() {
        List<ChatMessage> messages = List.of(
                new ChatMessage("user", "Hi"),
                new ChatMessage(
                        "user", List.of(Map.of("type", "text", "text", "a"), Map.of("type", "text", "text", "b"))),
                new ChatMessage("user", List.of()));

        assertThat(template(TAKES_TEXT).rehearsed(() -> {}).render(messages, true))
                .isEqualTo("user:Hi;user:a\nb;user:;");
        assertThat(template(TAKES_PARTS).rehearsed(() -> {}).render(messages, true))
                .isEqualTo("user:Hi;user:ab;user:;");
        assertThat(template(TAKES_EITHER).rehearsed(() -> {}).render(messages, true))
                .isEqualTo("user:Hi;user:ab;user:;");
        assertThat(template(TAKES_ANYTHING).rehearsed(() -> {}).render(messages, true))
                .isEqualTo("user:Hi;user:a\nb;user:;");
    }

    @Test
    void theArgumentsOfAToolCallAreAsTheTemplateTakesThem() {
        Map<String, Object> call =
                Map.of("id", "1", "type", "function", "function", Map.of("name", "f", "arguments", "{\"x\": 1}"));
        List<ChatMessage> messages = List.of(
                new ChatMessage("user", "Hi"),
                new ChatMessage(Map.of("role", "assistant", "tool_calls", List.of(call))));
        String each =
                "{% for m in messages %}{{ m.content or '' }}{% for c in m.tool_calls or [] %}%{% endfor %}{% endfor %}";

        assertThat(template(each.replace("%{% endfor %}{", "{{ c.function.arguments | tojson }}{% endfor %}{"))
                        .rehearsed(() -> {})
                        .render(messages, true))
                .isEqualTo("Hi{\"x\": 1}");
        assertThat(template(each.replace("%{% endfor %}{", "{{ c.function.arguments }}{% endfor %}{"))
                        .rehearsed(() -> {})
                        .render(messages, true))
                .isEqualTo("Hi{\"x\": 1}");
        assertThat(template(each.replace("%{% endfor %}{", "{{ '<' + c.function.arguments + '>' }}{% endfor %}{"))
                        .rehearsed(() -> {})
                        .render(messages, true))
                .isEqualTo("Hi<{\"x\": 1}>");
    }

    @Test
    void longReasonsAndDateFormatsAreBounded() {
        assertThatThrownBy(() -> template("{{ raise_exception('a' * 100000) }}").render(TALK, true))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1100));
        assertThatThrownBy(() -> template("{{ strftime_now('%Y' * 1000) }}").render(TALK, true))
                .hasMessageContaining("at most 1000 characters");
    }

    @Test
    void aTemplateReachesNoJavaObjectAndNoOtherFile() {
        assertThat(rendered("{{ messages.getClass() }}")).doesNotContain("java");
        assertThat(rendered("{{ ''.class.forName('java.lang.System') }}")).doesNotContain("java");
        assertThat(rendered("{{ bos_token.getClass().getClassLoader() }}")).doesNotContain("oader");
        assertThat(rendered("{% include 'golden/stories.json' %}")).doesNotContain("model");
    }

    /** The output; also for a template that is refused or renders to nothing. */
    private static String rendered(String source) {
        try {
            return template(source).render(TALK, true);
        } catch (WeirException e) {
            return "";
        }
    }

    @Test
    void datesAreWrittenAsPythonWritesThem() {
        String directives = "%d %b %Y %H:%M:%S %A %a %B %j %m %y %I %p %-d %e %%";

        assertThat(Strftime.format(LocalDateTime.now(NOW), directives))
                .isEqualTo("05 Mar 2026 14:07:09 Thursday Thu March 064 03 26 02 PM 5  5 %");
    }

    @Test
    void theTemplateFileGoesBeforeTheConfiguration(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"chat_template\": \"from the configuration\"}");
        assertThat(ChatTemplate.of(TokenizerFiles.read(new ConfinedFolder(folder)))
                        .render(TALK, true))
                .isEqualTo("from the configuration");

        Files.writeString(folder.resolve("chat_template.jinja"), "from the file\n");
        assertThat(ChatTemplate.of(TokenizerFiles.read(new ConfinedFolder(folder)))
                        .render(TALK, true))
                .isEqualTo("from the file");
    }

    @Test
    void ofSeveralNamedTemplatesTheDefaultIsTaken(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("tokenizer_config.json"), """
                {"eos_token": {"content": "</s>"}, "chat_template": [
                  {"name": "tool_use", "template": "tools"}, {"name": "default", "template": "plain {{ eos_token }}"}]}
                """);

        assertThat(ChatTemplate.of(TokenizerFiles.read(new ConfinedFolder(folder)))
                        .render(TALK, true))
                .isEqualTo("plain </s>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{\"name\": \"tool_use\", \"template\": \"a\"}, {\"name\": \"rag\", \"template\": \"b\"}] | several chat templates and none is called default (it has rag, tool_use)",
                "[] | several chat templates and none is called default",
                "[{\"name\": \"default\"}] | must have a name and a template",
                "[{\"name\": \"default\", \"template\": 5}] | must have a name and a template",
                "[\"x\"] | must have a name and a template",
                "5 | must be a text or a list of named ones, is a JSON number",
                "{\"a\": 1} | must be a text or a list of named ones, is a JSON object",
            })
    void aTemplateThatIsNoneIsAProblemOfChatsAlone(String value, String problem, @TempDir Path folder)
            throws Exception {
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"chat_template\": " + value + "}");

        assertThat(ChatTemplate.of(TokenizerFiles.read(new ConfinedFolder(folder)))
                        .problem())
                .hasValueSatisfying(told -> assertThat(told).contains(problem));
    }

    @Test
    void aTemplateFileThatIsNotTextOrTooLongIsAProblemOfChatsAlone(@TempDir Path folder) throws Exception {
        Files.write(folder.resolve("chat_template.jinja"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThat(ChatTemplate.of(TokenizerFiles.read(new ConfinedFolder(folder)))
                        .problem())
                .hasValue("chat_template.jinja is not UTF-8");

        Files.writeString(folder.resolve("chat_template.jinja"), "a".repeat((1 << 20) + 1));
        assertThat(ChatTemplate.of(TokenizerFiles.read(new ConfinedFolder(folder)))
                        .problem())
                .hasValueSatisfying(told -> assertThat(told).contains("has 1048577"));
    }

    @Test
    void theFilesOfATokenizerAreReadAsPythonWritesThem(@TempDir Path folder) throws Exception {
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"model_max_length\": Infinity, \"x\": [NaN, -Infinity], \"bos_token\": {\"content\": 5}, \"truncation_side\": 5}");
        Files.writeString(folder.resolve("special_tokens_map.json"), "{\"x\": NaN, \"eos_token\": \"</s>\"}");

        TokenizerFiles files = TokenizerFiles.read(new ConfinedFolder(folder));

        assertThat(files.specialTokens()).isEqualTo(Map.of("eos_token", "</s>"));
        assertThat(files.truncatesLeft()).isFalse();
    }

    private static ChatTemplate template(String source) {
        return ChatTemplate.of(files(Map.of("bos_token", "<s>", "eos_token", "</s>"), source));
    }

    private static TokenizerFiles files(Map<String, String> tokens, String source) {
        return new TokenizerFiles(tokens, new TemplateSource.Found("chat_template.jinja", source), false);
    }
}
