package dev.weir.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.StoriesModel;
import dev.weir.WeirException;
import dev.weir.inference.schedule.SchedulerState;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.ModelFolder;
import dev.weir.inference.spec.Precision;
import dev.weir.sampling.SamplingParameters;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("slow")
class TextGeneratorTest {
    @RegisterExtension
    static final Pool POOL = new Pool();

    private static final String ONCE = "Once upon a time";
    private static final SamplingParameters GREEDY = SamplingParameters.greedy();
    private static final SamplingParameters SAMPLED =
            SamplingParameters.defaults().withRepetitionPenalty(1.1).withTopK(40);

    private TextGenerator generator;

    @BeforeEach
    void open() {
        generator = TextGenerator.open(
                new ModelFolder(StoriesModel.FOLDER), Precision.INT8, new InferenceSettings(1, 8, 64, 64), POOL);
    }

    @AfterEach
    void close() {
        generator.close();
    }

    @Test
    void twentyInterleavedSequencesEachEqualTheirSoloText() throws Exception {
        List<String> solo = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            solo.add(Read.text(generator.generate(prompt(i), settings(i))));
        }
        List<ChunkSource> sources = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sources.add(generator.generate(prompt(i), settings(i)));
        }
        List<String> together = new ArrayList<>();
        for (ChunkSource source : sources) {
            together.add(Read.text(source));
        }

        assertThat(together).isEqualTo(solo);
        assertThat(solo).doesNotHaveDuplicates();
    }

    private static String prompt(int i) {
        return List.of(ONCE, "One day, a little girl named Lily", "The sun was hot and", "Mom said, \"")
                .get(i % 4);
    }

    private static GenerationSettings settings(int i) {
        return GenerationSettings.of(20 + 3 * i, i < 4 ? GREEDY : SAMPLED.withSeed(i));
    }

    @Test
    void theSeedDecidesTheStory() throws Exception {
        String story = Read.text(generator.generate(ONCE, GenerationSettings.of(40, SAMPLED.withSeed(1))));

        assertThat(Read.text(generator.generate(ONCE, GenerationSettings.of(40, SAMPLED.withSeed(1)))))
                .isEqualTo(story);
        assertThat(Read.text(generator.generate(ONCE, GenerationSettings.of(40, SAMPLED.withSeed(2)))))
                .isNotEqualTo(story);
    }

    @Test
    void aStopSequenceThatSpansTokensEndsTheTextBeforeIt() throws Exception {
        String whole = Read.text(generator.generate(ONCE, GenerationSettings.of(60, GREEDY)));
        String stop = whole.substring(25, 35);

        String stopped = Read.text(
                generator.generate(ONCE, GenerationSettings.of(60, GREEDY).withStopSequences(List.of(stop))));

        assertThat(stopped).isEqualTo(whole.substring(0, whole.indexOf(stop)));
        assertThat(generator.awaitState(SchedulerState::idle, Read.LIMIT)).isTrue();
    }

    @Test
    void generationStopsAtTheContextsEnd() throws Exception {
        String prompt = "Lily and Ben were very happy. ".repeat(100);
        GenerationSettings cut =
                GenerationSettings.of(1000, GREEDY.withMinNewTokens(1000)).withMaxInputTokens(480);

        assertThat(Read.text(generator.generate(prompt, cut))).isNotEmpty();
        assertThat(generator.state().tokens()).isEqualTo(generator.contextLength() - 480);
    }

    @Test
    void aPromptWithoutRoomInTheContextIsRefusedWithBothLengths() {
        assertThatThrownBy(() -> generator.generate("Lily ".repeat(700), GenerationSettings.of(10, GREEDY)))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT))
                .hasMessageMatching("(?s).*too long \\(\\d{3,4} tokens.*holds 512.*max_input_length.*");
    }

    @Test
    void anEmptyPromptBeginsWithTheModelsBeginningToken() throws Exception {
        assertThat(Read.text(generator.generate("", GenerationSettings.of(10, GREEDY))))
                .isNotEmpty();
        assertThatThrownBy(() -> generator.written(List.of(), GenerationSettings.of(10, GREEDY), new Cancellation()))
                .hasMessageContaining("at least one message");
    }

    @Test
    void closingTheGeneratorFailsOpenStreamsAndRefusesNewOnes() throws Exception {
        ChunkSource source = generator.generate(ONCE, GenerationSettings.of(400, GREEDY.withMinNewTokens(400)));
        assertThat(Read.next(source)).isInstanceOf(Received.Chunk.class);

        generator.close();

        Received received = Read.next(source);
        while (received instanceof Received.Chunk) {
            received = Read.next(source);
        }
        assertThat(received)
                .isInstanceOfSatisfying(
                        Received.Failed.class,
                        failed -> assertThat(failed.cause().code()).isEqualTo(ErrorCode.NOT_READY));
        assertThatThrownBy(() -> generator.generate(ONCE, GenerationSettings.of(1, GREEDY)))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY));
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> GenerationSettings.of(0, GREEDY))
                .hasMessage("max_output_length must be at least 1, was 0");
        assertThatThrownBy(() -> GenerationSettings.of(1, GREEDY).withMaxInputTokens(0))
                .hasMessage("max_input_length must be at least 1, was 0");
        assertThatThrownBy(() -> GenerationSettings.of(1, GREEDY).withStopSequences(List.of("")))
                .hasMessageContaining("stop_sequences");
        assertThatThrownBy(() -> new InferenceSettings(1, 0, 1, 1)).hasMessage("maxRunning must be at least 1, was 0");
    }
}
