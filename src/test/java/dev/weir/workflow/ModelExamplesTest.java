package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.model.LocalModels;
import dev.weir.component.text.SplitterProvider;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.runtime.TestSettings;
import dev.weir.security.Access;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.Received;
import dev.weir.stream.Tasks;
import dev.weir.telemetry.Instruments;
import dev.weir.workflow.admission.Drain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples with local models behave as their pages say. */
class ModelExamplesTest {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool();
    private static final ScheduledExecutorService TIMERS = Executors.newSingleThreadScheduledExecutor();
    private static final Path EXAMPLES = Path.of("examples");

    private final TaskRegistry tasks = new TaskRegistry(1 << 20, Clock.systemUTC());
    private final Settings settings = TestSettings.of(Map.of("weir.runs.max", "8"));
    private final Workflows workflows = new Workflows(
            List.of(LocalModels.provider(THREADS, TIMERS), new SplitterProvider(new OnePool(), settings)),
            tasks,
            new Drain(Optional.empty()));
    private final Runs runs = new Runs(workflows, tasks, new OnePool(), settings, Instruments.on());

    @TempDir
    Path folder;

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
    @ValueSource(
            strings = {
                "story-teller",
                "chat",
                "translate-stream",
                "translate-and-headline",
                "conditional-stream",
                "titles-while-writing"
            })
    void everyExampleHasAPageThatShowsHowToRunIt(String example) throws IOException {
        String page = Files.readString(EXAMPLES.resolve(example).resolve("README.md"));

        assertThat(page).contains("-Dweir.config=examples/" + example + "/model-compose.yml", "curl ");
    }

    @Test
    void theStoryTellerTellsTheSameStoryForTheSameSeed() throws Exception {
        load("story-teller");

        String story = streamed(Map.of("prompt", "Once upon a time", "length", 40, "seed", 7));

        assertThat(story).isNotBlank().isNotEqualTo(streamed(Map.of("length", 40, "seed", 8)));
        assertThat(streamed(Map.of("length", "40", "seed", 7))).isEqualTo(story);
    }

    @Test
    void theChatAnswersWithoutShowingItsTemplate() throws Exception {
        load("chat");

        assertThat(streamed(Map.of("prompt", "Tell me a story about a dog and a ball.")))
                .isNotBlank()
                .doesNotContain("<|im_", "assistant", "\n\n");
    }

    @ParameterizedTest
    @CsvSource({
        "삼백이십오, three hundred twenty-five",
        "이천이십사년 삼월 오일, 'March fifth, two thousand twenty-four'",
        "회의는 오전 아홉 시 반에 시작합니다, the meeting starts at half past nine in the morning"
    })
    void theTranslationStreams(String korean, String english) throws Exception {
        load("translate-stream");

        assertThat(streamed(Map.of("text", korean))).isEqualTo(english);
    }

    @Test
    void theTranslationIsWaitedForAndTheTitleStreams() throws Exception {
        load("translate-and-headline");

        assertThat(streamed(Map.of("text", "고양이 두 마리가 공원에 있습니다"))).isNotBlank().doesNotContain("</s>", "<s>");
    }

    @Test
    void theRequestDecidesWhetherTheAnswerStreams() throws Exception {
        load("conditional-stream");

        assertThat(streamed(Map.of("prompt", "Once upon a time", "stream", true)))
                .isNotBlank();
        assertThat(run(Map.of("prompt", "Once upon a time", "stream", false)))
                .isInstanceOfSatisfying(
                        RunOutput.Value.class,
                        value -> assertThat(value.value()).asString().isNotBlank());
    }

    @Test
    void eachSentenceGetsItsTitleWhileTheStoryIsBeingWritten() throws Exception {
        load("titles-while-writing");
        RunOutput.Streamed titles = (RunOutput.Streamed) run(Map.of("seed", 7, "length", 120));
        List<String> streamed = new ArrayList<>();
        while (BlockingReader.take(titles.chunks()) instanceof Received.Chunk chunk) {
            streamed.add((String) chunk.value());
        }
        String yaml = Files.readString(EXAMPLES.resolve("titles-while-writing/model-compose.yml"))
                .replace(
                        "../models", EXAMPLES.resolve("models").toAbsolutePath().toString());
        Path file = Files.writeString(
                folder.resolve("model-compose.yml"),
                yaml.replace("streaming: true\n\ncomponents", "streaming: false\n\ncomponents")
                        .replace("${input.text}\n    streaming: true", "${input.text}\n    streaming: false"));
        workflows.load(List.of(file));

        assertThat(streamed).hasSizeGreaterThan(3).allMatch(title -> title.contains(" → "));
        assertThat(value(Map.of("seed", 7, "length", 120))).isEqualTo(streamed);
    }

    @Test
    void aListOfTextsGivesAListInItsOrder() throws Exception {
        component("""
                task: translation
                  model: %s
                  text: ${input.texts}
                  batch_size: 2
                  params: {do_sample: false}
                """, "numbers-ko-en");

        assertThat(value(Map.of("texts", List.of("삼백이십오", "사과 세 개", "3,500원"))))
                .isEqualTo(List.of("three hundred twenty-five", "three apples", "three thousand five hundred won"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "task: translation",
                "task: text-to-text",
                "task: text-to-text\n  architecture: seq2seq",
                "task: text-to-text\n  architecture: causal"
            })
    void theEncoderDecoderHasThreeNamesAndDecidesItsArchitecture(String task) throws Exception {
        component(task + """

                  model: %s
                  text: ${input.text}
                  params: {do_sample: false, max_input_length: 100}
                """, "numbers-ko-en");

        assertThat(value(Map.of("text", "사과 세 개"))).isEqualTo("three apples");
    }

    @Test
    void aDecoderAloneIsNoEncoderDecoder() throws Exception {
        component("task: text-to-text\n  model: %s\n  text: ${input.text}\n", "stories");

        assertThatThrownBy(() -> run(Map.of("text", "Once"))).isInstanceOfSatisfying(WeirException.class, failed -> {
            assertThat(failed.code()).isEqualTo(ErrorCode.NOT_READY);
            assertThat(failed.detail())
                    .contains("cannot do text-to-text: it is decoder-only, write task: text-generation");
        });
    }

    @Test
    void theBestTextsOfASearchComeTogether() throws Exception {
        component("""
                task: summarization
                  model: %s
                  text: ${input.text}
                  num_return_sequences: ${input.count | 3}
                  params: {do_sample: false, num_beams: 4}
                """, "headline");
        String story = "Once upon a time, there was a musician. He liked to play music. He had a yummy cake.";

        assertThat(value(Map.of("text", story))).asInstanceOf(LIST).hasSize(3).startsWith("The Cake");
        assertRefused(Map.of("text", story, "count", 5), "num_return_sequences must be at most num_beams, was 5 of 4");
    }

    @Test
    void embeddingsAreOfLengthOneAndAlikeForAlikeTexts() throws Exception {
        Path encoder = copyOfEncoder();
        component("""
                task: text-embedding
                  model: %s
                  text: ${input.texts}
                  params: {pooling: '${input.pooling | mean}', normalize: '${input.normalize | true}'}
                """, encoder);
        String cat = "There was a cat. The cat was black.";
        String sea = "Tom went to the sea with his big boat and his mom.";

        List<List<Double>> three = vectors(Map.of("texts", List.of(cat, sea, cat)));
        List<List<Double>> alone = vectors(Map.of("texts", List.of(cat)));
        List<List<Double>> first = vectors(Map.of("texts", List.of(cat), "pooling", "cls"));
        List<List<Double>> largest = vectors(Map.of("texts", List.of(cat), "pooling", "max"));
        List<List<Double>> raw = vectors(Map.of("texts", List.of(cat), "normalize", false));

        assertThat(three).hasSize(3).allSatisfy(vector -> {
            assertThat(vector).hasSize(128);
            assertThat(product(vector, vector)).isCloseTo(1, within(1e-5));
        });
        assertThat(product(three.get(0), three.get(2))).isCloseTo(1, within(1e-6));
        assertThat(product(three.get(0), alone.get(0))).isCloseTo(1, within(1e-5));
        assertThat(product(three.get(0), three.get(1))).isLessThan(0.999);
        assertThat(product(first.get(0), alone.get(0))).isLessThan(0.999);
        assertThat(product(largest.get(0), largest.get(0))).isCloseTo(1, within(1e-5));
        assertThat(product(largest.get(0), alone.get(0))).isLessThan(0.999);
        assertThat(product(raw.get(0), raw.get(0))).isGreaterThan(1.1);
        assertRefused(Map.of("texts", List.of(cat), "pooling", "sum"), "pooling must be mean, cls or max, was 'sum'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "streaming: '${input.stream}' | text: [a, b] | streaming takes a single text: text must be 1",
                "streaming: '${input.stream}' | batch_size: '${input.size}' | streaming needs batch_size 1: batch_size must be 1, was 2",
                "streaming: '${input.stream}' | num_return_sequences: '${input.size}' | streaming gives one sequence: num_return_sequences must be 1, was 2",
                "params: {top_p: '${input.size}'} | text: a | top_p must be in [0, 1], was 2.0",
                "params: {num_beams: '${input.word}'} | text: a | num_beams must be a number of at most 1000 digits and an exponent from -999 to 999, was 'many'",
                "params: {do_sample: false} | num_return_sequences: '${input.size}' | set do_sample or num_beams",
                "max_input_length: '${input.zero}' | text: a | max_input_length must be a whole number from 1 to 2147483647, was 0"
            })
    void whatDoesNotGoTogetherIsRefusedWithItsKey(String one, String other, String message) throws Exception {
        String text = one.contains("text:") || other.contains("text:") ? "" : "text: a\n  ";
        component("task: text-generation\n  model: %s\n  " + text + one + "\n  " + other + "\n", "stories");

        assertRefused(Map.of("stream", true, "size", 2, "word", "many", "zero", 0), message);
    }

    @Test
    void anInputLongerThanTheContextIsRefusedWithBothLengthsUnlessItIsCut() throws Exception {
        component("""
                task: translation
                  model: %s
                  text: ${input.text}
                  max_input_length: ${input.most}
                  params: {do_sample: false}
                """, "numbers-ko-en");
        String text = "삼백이십오 ".repeat(100);

        assertThatThrownBy(() -> run(Map.of("text", text))).isInstanceOfSatisfying(WeirException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_INPUT);
            assertThat(refused.detail()).containsPattern("\\d{3} tokens.*holds 128.*max_input_length");
        });
        assertThat(value(Map.of("text", text, "most", 6))).asString().isNotBlank();
    }

    private static double product(List<Double> one, List<Double> other) {
        double sum = 0;
        for (int i = 0; i < one.size(); i++) {
            sum += one.get(i) * other.get(i);
        }
        return sum;
    }

    @SuppressWarnings("unchecked") // The task gives lists of numbers.
    private List<List<Double>> vectors(Map<String, Object> input) throws Exception {
        return (List<List<Double>>) value(input);
    }

    /** The headline model's encoder as a separate model. */
    private Path copyOfEncoder() throws IOException {
        Path model = EXAMPLES.resolve("models/headline");
        Path copy = Files.createDirectories(folder.resolve("encoder"));
        for (String file : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(model.resolve(file), copy.resolve(file));
        }
        Files.copy(model.resolve("onnx/encoder_model.onnx"), copy.resolve("model.onnx"));
        return copy;
    }

    private void load(String example) {
        workflows.load(List.of(EXAMPLES.resolve(example).resolve("model-compose.yml")));
        assertThat(workflows.health().problems()).as(example).isEmpty();
    }

    private void component(String keys, String model) throws IOException {
        component(keys, EXAMPLES.resolve("models").resolve(model).toAbsolutePath());
    }

    private void component(String keys, Path model) throws IOException {
        Path file = folder.resolve("model-compose.yml");
        Files.writeString(file, "workflow: {title: Test}\ncomponent:\n  type: model\n  " + keys.formatted(model));
        workflows.load(List.of(file));
    }

    private void assertRefused(Map<String, Object> input, String message) {
        assertThatThrownBy(() -> run(input)).isInstanceOfSatisfying(WeirException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_INPUT);
            assertThat(refused.detail()).contains(message);
        });
    }

    private RunOutput run(Map<String, Object> input) throws InterruptedException {
        return RunnerFixture.drive(runs, runs.admit(null, new HashMap<>(input), Access.open(), () -> {}));
    }

    private Object value(Map<String, Object> input) throws InterruptedException {
        return ((RunOutput.Value) run(input)).value();
    }

    private String streamed(Map<String, Object> input) throws InterruptedException {
        RunOutput.Streamed output = (RunOutput.Streamed) run(input);
        assertThat(output.format()).isEqualTo(Optional.of("sse-text"));
        StringBuilder text = new StringBuilder();
        BlockingReader.readAll(output.chunks(), chunk -> {
            text.append(chunk);
            return true;
        });
        return text.toString();
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
