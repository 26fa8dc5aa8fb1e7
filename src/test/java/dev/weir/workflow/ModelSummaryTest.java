package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.ErrorCode;
import dev.weir.StoriesModel;
import dev.weir.WeirException;
import dev.weir.component.ComponentProvider;
import dev.weir.component.model.LocalModels;
import dev.weir.onnx.TokenTable;
import dev.weir.runtime.Pools;
import dev.weir.runtime.TestSettings;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import dev.weir.stream.Summary;
import dev.weir.stream.Summary.Finish;
import dev.weir.stream.Tasks;
import dev.weir.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The finish reason and the counts of tokens of local models. */
@Tag("slow")
@Timeout(120)
class ModelSummaryTest {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool();
    private static final ScheduledExecutorService TIMERS = Executors.newSingleThreadScheduledExecutor();
    private static final Path MODELS = Path.of("examples", "models").toAbsolutePath();
    private static final String STORY = """
            task: text-generation
            model: %s
            precision: int8
            text: ${input.text}
            streaming: %s
            stop_sequences: ${input.stop}
            params: {do_sample: false, max_output_length: '${input.length}'}
            """;

    private final ComponentProvider<?> models = LocalModels.provider(THREADS, TIMERS);
    private RunnerFixture fixture;

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        fixture.workflows().close();
    }

    @AfterAll
    static void endThreads() throws InterruptedException {
        TIMERS.shutdownNow();
        THREADS.shutdown();
        // ONNX Runtime must not be loading a model when the JVM ends.
        assertThat(THREADS.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    private void serve(String component) throws IOException {
        Path file = folder.resolve("model-compose.yml");
        Files.writeString(file, "workflow: {title: t}\ncomponent:\n  type: model\n" + component.indent(2));
        fixture = RunnerFixture.serving(
                file,
                List.of(models),
                new Pools() {
                    @Override
                    public Tasks tasks() {
                        return new Tasks(THREADS);
                    }

                    @Override
                    public ScheduledExecutorService timers() {
                        return TIMERS;
                    }
                },
                TestSettings.of(Map.of("weir.runs.max", "8")));
    }

    private void serveStories(boolean streaming) throws IOException {
        serve(STORY.formatted(StoriesModel.FOLDER.toAbsolutePath(), streaming));
    }

    /** The text of a run of which the summary was complete when its end was reported. */
    private String text(Run run) throws InterruptedException {
        RunOutput output = fixture.drive(run);
        if (output instanceof RunOutput.Value value) {
            return String.valueOf(value.value());
        }
        StringBuilder text = new StringBuilder();
        BlockingReader.readAll(((RunOutput.Streamed) output).chunks(), chunk -> {
            text.append(chunk);
            return true;
        });
        return text.toString();
    }

    private static int tokens(Path model, String text) {
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            return tokenizer.encode(text, true).length;
        }
    }

    private static void assertSummary(Run run, Finish finish, int promptTokens, int completionTokens) {
        Summary summary = run.summary();
        assertThat(summary.finish()).contains(finish);
        assertThat(summary.promptTokens()).hasValue(promptTokens);
        assertThat(summary.completionTokens()).hasValue(completionTokens);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLimitOfTokensEndsAStory(boolean streaming) throws Exception {
        serveStories(streaming);
        Run run = fixture.admit(null, Map.of("text", "Once upon a time", "length", 7));

        String story = text(run);

        int prompt = tokens(StoriesModel.FOLDER, "Once upon a time");
        assertSummary(run, Finish.LENGTH, prompt, 7);
        assertThat(tokens(StoriesModel.FOLDER, "Once upon a time" + story)).isEqualTo(prompt + 7);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStopSequenceEndsAStory(boolean streaming) throws Exception {
        serveStories(streaming);
        Run run = fixture.admit(
                null, Map.of("text", "Once upon a time", "length", 100, "stop", List.of("never there", ".")));

        String story = text(run);

        assertThat(story).doesNotContain(".");
        assertThat(run.summary().finish()).contains(Finish.STOP);
        assertThat(run.summary().stopSequence()).contains(".");
        int prompt = tokens(StoriesModel.FOLDER, "Once upon a time");
        assertThat(run.summary().promptTokens()).hasValue(prompt);
        assertThat(run.summary().completionTokens())
                .hasValue(tokens(StoriesModel.FOLDER, "Once upon a time" + story + ".") - prompt);
    }

    private static final String TRANSLATION = """
            task: translation
            model: %s
            text: ${input.text}
            streaming: ${input.stream | false}
            params: {do_sample: false, num_beams: '${input.beams | 1}', max_output_length: '${input.length | 50}'}
            """;

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void anEndTokenEndsATranslationWhoseInputIsTheEncoders(int beams) throws Exception {
        Path model = MODELS.resolve("numbers-ko-en");
        serve(TRANSLATION.formatted(model));
        Run run = fixture.admit(null, Map.of("text", "사과 세 개", "beams", beams));

        assertThat(text(run)).isEqualTo("three apples");

        // The end token of the text is among those that the tokenizer adds.
        assertSummary(run, Finish.STOP, tokens(model, "사과 세 개"), tokens(model, "three apples"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void anEndTokenThatTheLimitForcesIsALimit(int beams) throws Exception {
        Path model = MODELS.resolve("numbers-ko-en");
        serve(TRANSLATION.formatted(model));
        Run run = fixture.admit(null, Map.of("text", "사과 세 개", "beams", beams, "length", 2));

        assertThat(text(run)).isNotEqualTo("three apples");

        assertSummary(run, Finish.LENGTH, tokens(model, "사과 세 개"), 2);
    }

    @Test
    void severalTextsHaveSums() throws Exception {
        Path model = MODELS.resolve("numbers-ko-en");
        serve(TRANSLATION.formatted(model));
        List<String> texts = List.of("사과 세 개", "삼백이십오");
        Run run = fixture.admit(null, Map.of("text", texts));

        text(run);

        assertSummary(
                run,
                Finish.STOP,
                tokens(model, texts.get(0)) + tokens(model, texts.get(1)),
                tokens(model, "three apples") + tokens(model, "three hundred twenty-five"));
    }

    @Test
    void severalTextsOfOnePromptCountItOnce() throws Exception {
        serve("""
                task: text-generation
                model: %s
                precision: int8
                text: Once upon a time
                num_return_sequences: 3
                params: {seed: 1, max_output_length: 5}
                """.formatted(StoriesModel.FOLDER.toAbsolutePath()));
        Run run = fixture.admit(null, Map.of());

        text(run);

        assertSummary(run, Finish.LENGTH, tokens(StoriesModel.FOLDER, "Once upon a time"), 15);
    }

    @Test
    void textsThatEndDifferentlyHaveNoReasonInCommon() throws Exception {
        serve(TRANSLATION.formatted(MODELS.resolve("numbers-ko-en")));
        Run run = fixture.admit(null, Map.of("text", List.of("사과 세 개", "이천이십사년 삼월 오일"), "length", 5));

        text(run);

        assertThat(run.summary().finish()).isEmpty();
        assertThat(run.summary().completionTokens()).isPresent();
    }

    @Test
    void theTemplateOfAChatIsPartOfItsPrompt() throws Exception {
        serve("""
                task: chat-completion
                model: %s
                precision: int8
                messages: [{role: user, content: Tell me a story.}]
                streaming: true
                params: {do_sample: false, max_output_length: 4}
                """.formatted(StoriesModel.FOLDER.toAbsolutePath()));
        Run run = fixture.admit(null, Map.of());

        text(run);

        assertThat(run.summary().promptTokens().getAsInt())
                .isGreaterThan(tokens(StoriesModel.FOLDER, "Tell me a story."));
        assertThat(run.summary().completionTokens()).hasValue(4);
    }

    @Test
    void thePromptIsCountedBeforeTheTextAndACancelledRunKeepsItsCounts() throws Exception {
        serveStories(true);
        Run run = fixture.admit(null, Map.of("text", "Once upon a time", "length", 400));
        ChunkSource chunks = ((RunOutput.Streamed) fixture.drive(run)).chunks();
        int prompt = tokens(StoriesModel.FOLDER, "Once upon a time");
        assertThat(run.summary().promptTokens()).hasValue(prompt);
        assertThat(run.summary().finish()).isEmpty();

        assertThat(BlockingReader.take(chunks)).isInstanceOf(Received.Chunk.class);
        chunks.close();

        assertThat(run.state()).isInstanceOf(RunState.Cancelled.class);
        assertThat(run.summary().finish()).isEmpty();
        assertThat(run.summary().promptTokens()).hasValue(prompt);
        assertThat(run.summary().completionTokens().getAsInt()).isBetween(1, 399);
    }

    @Test
    void anEmbeddingHasAPromptOnly() throws Exception {
        new TokenTable(List.of("what", "good", "bad"), List.of(List.of(0f, 0f), List.of(2f, -1f), List.of(-2f, 3f)))
                .write(
                        Files.createDirectory(folder.resolve("encoder")),
                        "{\"vocab_size\": 3, \"max_position_embeddings\": 4, \"pad_token_id\": 2}");
        for (String task : List.of("text-embedding", "text-classification")) {
            serve("task: " + task + "\nmodel: " + folder.resolve("encoder") + "\ntext: ${input.texts}\n");
            Run run = fixture.admit(null, Map.of("texts", List.of("good bad good", "bad")));

            text(run);

            assertThat(run.summary().promptTokens()).hasValue(4);
            assertThat(run.summary().completionTokens()).isEmpty();
            assertThat(run.summary().finish()).isEmpty();
            fixture.workflows().close();
        }
    }

    @Test
    void aRunThatFailsBeforeItsOutputHasNoSummary() throws Exception {
        serveStories(false);
        Run run = fixture.admit(null, Map.of("text", "Once", "length", 0));

        assertThat(catchThrowableOfType(WeirException.class, () -> text(run)).code())
                .isEqualTo(ErrorCode.INVALID_INPUT);

        assertThat(run.summary().promptTokens()).isEmpty();
    }
}
