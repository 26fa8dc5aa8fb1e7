package dev.weir.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.Goldens;
import dev.weir.StoriesModel;
import dev.weir.WeirException;
import dev.weir.binding.Json;
import dev.weir.files.ConfinedFolder;
import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
        ChatTemplate template = ChatTemplate.of(new TokenizerFiles(tokens, Optional.of(source), false), NOW);
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
                            WeirException.class,
                            e -> assertThat(e.code()).isEqualTo(refusal ? ErrorCode.INVALID_INPUT : ErrorCode.INTERNAL))
                    .hasMessageContaining(
                            refusal ? error.substring("TemplateError: ".length()) : "chat template fails in line");
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
        ChatTemplate template =
                ChatTemplate.of(new TokenizerFiles(Map.of("eos_token", "<|endoftext|>"), Optional.empty(), false));

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
    void aFaultyTemplateSaysWhere() {
        assertThatThrownBy(() -> template("a\n{% for m in %}").render(TALK, true))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL))
                .hasMessageContaining("chat template fails in line 2");
    }

    @Test
    void aTemplateReachesNoJavaObjectAndNoOtherFile() {
        assertThat(rendered("{{ messages.getClass() }}")).doesNotContain("java");
        assertThat(rendered("{{ ''.class.forName('java.lang.System') }}")).doesNotContain("java");
        assertThat(rendered("{{ bos_token.getClass().getClassLoader() }}")).doesNotContain("oader");
        assertThat(rendered("{% include 'golden/stories.json' %}")).doesNotContain("model");
    }

    /** What comes out, whether the template is refused or renders to nothing. */
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

    private static ChatTemplate template(String source) {
        return ChatTemplate.of(new TokenizerFiles(Map.of("bos_token", "<s>"), Optional.of(source), false));
    }
}
