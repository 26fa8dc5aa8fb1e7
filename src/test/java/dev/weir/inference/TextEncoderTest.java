package dev.weir.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.inference.TextEncoder.Pooling;
import dev.weir.inference.TextEncoder.Texts;
import dev.weir.inference.schedule.BatchPolicy;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.ModelFolder;
import dev.weir.inference.spec.Precision;
import dev.weir.onnx.TokenTable;
import dev.weir.stream.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextEncoderTest {
    private static final TokenTable TABLE = new TokenTable(
            List.of("what", "good", "bad"), List.of(List.of(0f, 0f), List.of(2f, -1f), List.of(-2f, 3f)));
    /** Numbers that eight bits cannot represent exactly. */
    private static final TokenTable UNEVEN =
            new TokenTable(TABLE.words(), List.of(List.of(0.1f, 0.3f), List.of(2.3f, -1.1f), List.of(-2.9f, 3.7f)));

    private static final String LABELS =
            "{\"vocab_size\": 3, \"max_position_embeddings\": 4, \"pad_token_id\": 2, \"id2label\": {\"1\": \"sad\", \"0\": \"happy\"}";

    @RegisterExtension
    static final Pool POOL = new Pool();

    @TempDir
    Path folder;

    @Test
    void aTextIsClassifiedByTheSoftmaxOfItsLogitsWhateverItIsBatchedWith() throws Exception {
        try (TextEncoder encoder = open(LABELS + "}")) {
            List<Map<String, Double>> classes = given(encoder.classify(
                    new Texts(List.of("good", "bad bad good", "good what"), OptionalInt.empty(), 8),
                    new Cancellation()));

            double happy = 1 / (1 + Math.exp(-3));
            assertThat(classes.get(0)).containsOnlyKeys("happy", "sad");
            assertThat(classes.get(0).get("happy")).isCloseTo(happy, within(1e-6));
            assertThat(classes.get(0).get("sad")).isCloseTo(1 - happy, within(1e-6));
            assertThat(classes.get(1).keySet()).containsExactly("happy", "sad");
            assertThat(classes.get(1).get("sad")).isCloseTo(1 / (1 + Math.exp(-7)), within(1e-6));
            assertThat(classes.get(2)).isEqualTo(classes.get(0));
        }
    }

    @Test
    void independentLabelsEachHaveAProbabilityOfTheirOwn() throws Exception {
        try (TextEncoder encoder = open(LABELS + ", \"problem_type\": \"multi_label_classification\"}")) {
            Map<String, Double> classes = given(
                            encoder.classify(new Texts(List.of("bad"), OptionalInt.empty(), 8), new Cancellation()))
                    .get(0);

            assertThat(classes.get("sad")).isCloseTo(1 / (1 + Math.exp(-3)), within(1e-6));
            assertThat(classes.get("happy")).isCloseTo(1 / (1 + Math.exp(2)), within(1e-6));
        }
    }

    @Test
    void labelsWithoutNamesAreNumbered() throws Exception {
        try (TextEncoder encoder = open("{}")) {
            assertThat(given(encoder.classify(new Texts(List.of("bad"), OptionalInt.empty(), 8), new Cancellation()))
                            .get(0)
                            .keySet())
                    .containsExactly("LABEL_0", "LABEL_1");
        }
    }

    @Test
    void anEmbeddingIsTheMeanOfATextsTokensOrTheFirstOrTheLargest() throws Exception {
        try (TextEncoder encoder = open(LABELS + "}")) {
            List<String> texts = List.of("good bad what", "bad");

            assertThat(embedded(encoder, texts, Pooling.MEAN, false))
                    .containsExactly(List.of(0f, 2f / 3), List.of(-2f, 3f));
            assertThat(embedded(encoder, texts, Pooling.CLS, false))
                    .containsExactly(List.of(2f, -1f), List.of(-2f, 3f));
            assertThat(embedded(encoder, texts, Pooling.MAX, false)).containsExactly(List.of(2f, 3f), List.of(-2f, 3f));
            assertThat(embedded(encoder, List.of("good bad", "what"), Pooling.MEAN, true))
                    .containsExactly(List.of(0f, 1f), List.of(0f, 0f));
        }
    }

    private static List<List<Float>> embedded(
            TextEncoder encoder, List<String> texts, Pooling pooling, boolean normalised) throws Exception {
        return embedded(encoder, texts, 8, pooling, normalised);
    }

    private static List<List<Float>> embedded(
            TextEncoder encoder, List<String> texts, int batchSize, Pooling pooling, boolean normalised)
            throws Exception {
        return given(encoder.embed(
                        new Texts(texts, OptionalInt.empty(), batchSize), pooling, normalised, new Cancellation()))
                .stream()
                .map(vector -> List.of(vector[0], vector[1]))
                .toList();
    }

    @Test
    void aTextThatIsTooLongOrEmptyIsRefusedUnlessItIsCut() throws Exception {
        try (TextEncoder encoder = open(LABELS + "}")) {
            List<String> five = List.of("good good good good good");

            assertThatThrownBy(
                            () -> given(encoder.classify(new Texts(five, OptionalInt.empty(), 8), new Cancellation())))
                    .isInstanceOfSatisfying(
                            WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT))
                    .hasMessageContaining("5 tokens, and the model's context holds 4");
            assertThat(given(encoder.classify(new Texts(five, OptionalInt.of(4), 8), new Cancellation())))
                    .hasSize(1);
            assertThatThrownBy(() ->
                            given(encoder.classify(new Texts(List.of(""), OptionalInt.empty(), 8), new Cancellation())))
                    .hasMessageContaining("empty");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 64})
    void answersComeInTheOrderOfTheTextsAndAreThoseOfEachAlone(int batchSize) throws Exception {
        List<String> texts = IntStream.range(0, 70)
                .mapToObj(i -> String.join(
                        " ", Collections.nCopies(1 + i % 4, TABLE.words().get(i % 3))))
                .toList();
        for (boolean quantised : List.of(false, true)) {
            try (TextEncoder encoder = open(LABELS + "}", quantised)) {
                assertThat(encoder.policy()).isEqualTo(quantised ? BatchPolicy.SINGLE : BatchPolicy.ANY);
                List<Map<String, Double>> classes =
                        given(encoder.classify(new Texts(texts, OptionalInt.empty(), batchSize), new Cancellation()));
                for (Pooling pooling : Pooling.values()) {
                    List<List<Float>> vectors = embedded(encoder, texts, batchSize, pooling, true);
                    for (int i = 0; i < texts.size(); i++) {
                        List<String> one = List.of(texts.get(i));
                        assertThat(vectors.get(i))
                                .isEqualTo(
                                        embedded(encoder, one, 1, pooling, true).get(0));
                        assertThat(classes.get(i))
                                .isEqualTo(given(encoder.classify(
                                                new Texts(one, OptionalInt.empty(), 1), new Cancellation()))
                                        .get(0));
                    }
                }
            }
        }
    }

    @Test
    void aGraphThatCannotReadOneTextIsRefusedWhenItIsOpened() {
        assertThatThrownBy(() -> open("{\"vocab_size\": 1000}"))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY))
                .hasMessageContaining("the model's graph cannot be run with its config.json: the model failed: ")
                .hasMessageEndingWith("; get both from the same export");
    }

    @Test
    void aCancelledOrClosedEncoderReadsNothing() throws Exception {
        TextEncoder encoder = open(LABELS + "}");
        Cancellation cancelled = new Cancellation();
        cancelled.cancel("enough");

        assertThatThrownBy(() -> given(encoder.classify(new Texts(List.of("good"), OptionalInt.empty(), 8), cancelled)))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        encoder.close();
        encoder.close();
        assertThatThrownBy(() ->
                        given(encoder.classify(new Texts(List.of("good"), OptionalInt.empty(), 8), new Cancellation())))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY));
    }

    private static <T> T given(CompletableFuture<T> future) throws Exception {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (WeirException) e.getCause();
        }
    }

    private TextEncoder open(String config) throws IOException {
        return open(config, false);
    }

    private TextEncoder open(String config, boolean quantised) throws IOException {
        if (quantised) {
            UNEVEN.writeQuantised(folder, config);
        } else {
            TABLE.write(folder, config);
        }
        return TextEncoder.open(new ModelFolder(folder), Precision.FLOAT32, new InferenceSettings(1, 8, 8, 8), POOL);
    }
}
