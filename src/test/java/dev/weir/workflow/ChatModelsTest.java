package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.StoriesModel;
import dev.weir.WeirException;
import dev.weir.component.ComponentProvider;
import dev.weir.component.model.LocalModels;
import dev.weir.json.Json;
import dev.weir.runtime.Pools;
import dev.weir.runtime.TestSettings;
import dev.weir.security.Access;
import dev.weir.stream.Tasks;
import dev.weir.telemetry.Instruments;
import dev.weir.workflow.admission.Drain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One folder as a chat model and as a text generator: a fault of the chat template affects only the chat. */
@Tag("slow")
@Timeout(120)
class ChatModelsTest {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool();
    private static final ScheduledExecutorService TIMERS = Executors.newSingleThreadScheduledExecutor();
    private static final String TAKES_TEXT =
            "{% for m in messages %}{{ m.role + ': ' + m.content + '\n' }}{% endfor %}";
    private static final String TAKES_EITHER =
            "{% for m in messages %}{{ m.role }}: {% if m.content is string %}{{ m.content }}"
                    + "{% else %}{% for p in m.content or [] %}{{ p.text }}{% endfor %}{% endif %}\n{% endfor %}";

    private final TaskRegistry tasks = new TaskRegistry(1 << 20, Clock.systemUTC());
    private final Workflows workflows = new Workflows(
            List.<ComponentProvider<?>>of(LocalModels.provider(THREADS, TIMERS)), tasks, new Drain(Optional.empty()));
    private final Runs runs =
            new Runs(workflows, tasks, new OnePool(), TestSettings.of(Map.of("weir.runs.max", "8")), Instruments.on());

    @TempDir
    private Path folder;

    private int loads;

    @BeforeEach
    void copyTheModel() throws IOException {
        for (String file : List.of(
                "config.json",
                "generation_config.json",
                "tokenizer.json",
                "tokenizer_config.json",
                "special_tokens_map.json",
                "onnx/model_quantized.onnx")) {
            Path copy = folder.resolve("model").resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(StoriesModel.FOLDER.resolve(file), copy);
        }
    }

    @AfterEach
    void close() {
        workflows.close();
    }

    @AfterAll
    static void endThreads() throws InterruptedException {
        TIMERS.shutdownNow();
        THREADS.shutdown();
        // ONNX Runtime must not be loading a model when the JVM ends.
        assertThat(THREADS.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            value = {
                "{% if messages %} ¦ cannot be read: line 1, column 18: unexpected the end of the template",
                "{{ messages | shout }} ¦ cannot be read: line 1, column 15: no filter named 'shout'",
                "{% set s = 'a' * 4000000 %}{% for i in range(99999) %}{{ s.find('a' * 2000000 ~ 'b') }}{% endfor %} ¦ fails with one user turn: line 1",
                "{{ ('a ' * 4000000).split() | length }} ¦ fails with one user turn: line 1",
                "{% set ns = namespace(l=[]) %}{% for i in range(20000) %}{% set ns.l = ns.l + ['a' * 1000000 ~ i] %}{% endfor %} ¦ fails with one user turn: line 1",
            })
    void aTemplateThatCannotBeUsedIsToldInHealthAndTextIsGeneratedAllTheSame(String template, String problem)
            throws Exception {
        write("chat_template.jinja", template);
        load();

        assertThat(run("story", Map.of("text", "Once")).value()).asString().isNotBlank();
        assertThat(workflows.health().ready()).containsExactly("story");
        assertThat(workflows.health().failed().get("chat"))
                .contains("cannot chat: chat template chat_template.jinja " + problem);
        assertThatThrownBy(() -> chat("[{\"role\": \"user\", \"content\": \"Hi\"}]"))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY))
                .hasMessageContaining(problem);
    }

    @Test
    void severalTemplatesWithoutADefaultAreNone() throws Exception {
        write("tokenizer_config.json", "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"a\"}]}");
        load();

        assertThat(run("story", Map.of("text", "Once")).value()).asString().isNotBlank();
        assertThat(workflows.health().failed().get("chat")).contains("none is called default (it has tool_use)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"config.json", "generation_config.json", "tokenizer_config.json", "special_tokens_map.json"})
    void aFileWithPythonsNumbersIsRead(String file) throws Exception {
        String json = Files.readString(folder.resolve("model").resolve(file));
        write(
                file,
                json.replaceFirst(
                        "\\{", "{\"time_step_limit\": [0.0, Infinity, -Infinity, NaN], \"a\": NaN, \"b\": Infinity,"));
        load();

        assertThat(run("story", Map.of("text", "Once")).value()).asString().isNotBlank();
        assertThat(workflows.health().failed()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{'role': 'user', 'content': [{'type': 'text', 'text': 'Hi'}]}]",
                "[{'role': 'user', 'content': [{'type': 'text', 'text': 'Hi'}, 'there']}]",
                "[{'role': 'user', 'content': []}]",
                "[{'role': 'user', 'name': 'Ann', 'content': 'Hi'}]",
                "[{'role': 'narrator', 'content': 'Hi', 'mood': [[1]]}]",
                "[{'role': 'user', 'content': 'Hi'}, {'role': 'tool', 'tool_call_id': '1', 'content': 'x'}]",
            })
    void aMessageOfOpenAisApiIsAnsweredWhateverTheTemplateTakes(String messages) throws Exception {
        for (String template : List.of(TAKES_TEXT, TAKES_EITHER)) {
            write("chat_template.jinja", template);
            load();

            assertThat(chat(messages)).isNotNull();
        }
    }

    @Test
    void contentThatIsMissingForAReasonIsTheTemplatesBusiness() throws Exception {
        String messages = "[{'role': 'user', 'content': 'Hi'}, {'role': 'assistant', 'content': null, 'tool_calls': "
                + "[{'id': '1', 'type': 'function', 'function': {'name': 'f', 'arguments': '{}'}}]},"
                + " {'role': 'tool', 'tool_call_id': '1', 'content': 'x'}]";
        write("chat_template.jinja", TAKES_EITHER);
        load();
        assertThat(chat(messages)).isNotNull();

        write("chat_template.jinja", TAKES_TEXT);
        load();
        assertThatThrownBy(() -> chat(messages))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT))
                .hasMessageContaining("chat_template.jinja cannot write these messages: line 1, column 24: ");
    }

    @Test
    void aPartThatIsNoTextIsRefused() throws Exception {
        load();

        assertThatThrownBy(() -> chat("[{'role': 'user', 'content': [{'type': 'image_url'}]}]"))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT))
                .hasMessageContaining("messages[0].content[0].type must be text");
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve("model").resolve(file), text);
    }

    /** Loads the model from a new folder: a model in use is not read again. */
    private void load() throws IOException {
        Path place = folder.resolve("model" + ++loads);
        try (Stream<Path> files = Files.walk(folder.resolve("model"))) {
            for (Path each : files.toList()) {
                Files.copy(each, place.resolve(folder.resolve("model").relativize(each)));
            }
        }
        Path file = folder.resolve("model-compose.yml");
        Files.writeString(file, """
                workflows:
                  - {id: chat, component: chat}
                  - {id: story, component: story}
                components:
                  - {id: chat, type: model, task: chat-completion, model: ./model, messages: '${input.messages}',
                     params: {max_output_length: 3, do_sample: false}}
                  - {id: story, type: model, task: text-generation, model: ./model, text: '${input.text}',
                     params: {max_output_length: 3, do_sample: false}}
                """.replace("./model", "./" + place.getFileName()));
        workflows.load(List.of(file));
        assertThat(workflows.health().problems()).isEmpty();
    }

    private Object chat(String messages) throws InterruptedException {
        return run("chat", Map.of("messages", Json.parse(messages.replace('\'', '"'))))
                .value();
    }

    private RunOutput.Value run(String workflow, Map<String, Object> input) throws InterruptedException {
        return (RunOutput.Value)
                RunnerFixture.drive(runs, runs.admit(workflow, new HashMap<>(input), Access.open(), () -> {}));
    }

    private static final class OnePool extends Pools {
        private final HandTimers timers = new HandTimers();

        @Override
        public Tasks tasks() {
            return new Tasks(THREADS);
        }

        @Override
        public ScheduledExecutorService timers() {
            return timers;
        }
    }
}
