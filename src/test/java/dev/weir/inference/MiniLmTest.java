package dev.weir.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.weir.inference.TextEncoder.Pooling;
import dev.weir.inference.TextEncoder.Texts;
import dev.weir.inference.schedule.BatchPolicy;
import dev.weir.inference.spec.Hardware;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.IntraOpThreads;
import dev.weir.inference.spec.ModelFolder;
import dev.weir.inference.spec.Precision;
import dev.weir.stream.Cancellation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real model, float32 and int8. */
@Tag("slow")
class MiniLmTest {
    @RegisterExtension
    static final Pool POOL = new Pool();

    @TempDir
    static Path folder;

    private static TextEncoder float32;
    private static TextEncoder int8;

    @BeforeAll
    static void open() throws Exception {
        InferenceSettings settings = new InferenceSettings(2, 8, 8, 8);
        float32 = TextEncoder.open(MiniLm.write(folder.resolve("float32"), false), Precision.BEST, settings, POOL);
        int8 = TextEncoder.open(MiniLm.write(folder.resolve("int8"), true), Precision.BEST, settings, POOL);
    }

    @AfterAll
    static void close() {
        float32.close();
        int8.close();
    }

    /** Cut at the 128 tokens of its tokenizer.json, as the other library does. */
    private static List<float[]> embed(TextEncoder encoder, List<String> texts, Pooling pooling, int batchSize)
            throws Exception {
        return encoder.embed(new Texts(texts, OptionalInt.of(128), batchSize), pooling, true, new Cancellation())
                .get(60, TimeUnit.SECONDS);
    }

    @Test
    void vectorsAreThoseOfAnotherLibrary() throws Exception {
        List<String> texts = new ArrayList<>(MiniLm.texts(12, 90, 1));
        texts.addAll(List.of(".", "a", "Hello, World!", "한국어 문장입니다.", "naïve café 😀", "1e-3 + x_y"));

        assertSame(new AllMiniLmL6V2EmbeddingModel(POOL), float32, texts);
        assertSame(new AllMiniLmL6V2QuantizedEmbeddingModel(POOL), int8, texts);
    }

    private static void assertSame(EmbeddingModel library, TextEncoder encoder, List<String> texts) throws Exception {
        List<float[]> vectors = embed(encoder, texts, Pooling.MEAN, 64);
        for (int i = 0; i < texts.size(); i++) {
            float[] expected = library.embed(texts.get(i)).content().vector();
            assertThat(cosine(expected, vectors.get(i))).as(texts.get(i)).isGreaterThanOrEqualTo(0.99999);
        }
    }

    private static double cosine(float[] one, float[] other) {
        double product = 0;
        double square = 0;
        double otherSquare = 0;
        for (int i = 0; i < one.length; i++) {
            product += (double) one[i] * other[i];
            square += (double) one[i] * one[i];
            otherSquare += (double) other[i] * other[i];
        }
        return product / Math.sqrt(square * otherSquare);
    }

    @Test
    void aGraphThatQuantisesAWholeBatchReadsEachTextAlone() throws Exception {
        assertThat(float32.policy()).isEqualTo(BatchPolicy.ANY);
        assertThat(int8.policy()).isEqualTo(BatchPolicy.SINGLE);
        InferenceSettings fast = new InferenceSettings(Hardware.cpu(IntraOpThreads.of(2)), 8, 8, 8, false);
        try (TextEncoder inexact =
                TextEncoder.open(new ModelFolder(folder.resolve("int8")), Precision.BEST, fast, POOL)) {
            assertThat(inexact.policy()).isEqualTo(BatchPolicy.ANY);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aVectorIsTheSameInAnyCompanyAndOrder(Pooling pooling) throws Exception {
        List<String> texts = new ArrayList<>(MiniLm.texts(24, 30, 2));
        for (TextEncoder encoder : List.of(float32, int8)) {
            Map<String, float[]> alone = new HashMap<>();
            for (String text : texts) {
                alone.put(text, embed(encoder, List.of(text), pooling, 1).get(0));
            }
            for (int batchSize : new int[] {1, 2, 3, 8, 64}) {
                Collections.shuffle(texts, new Random(batchSize));
                List<float[]> vectors = embed(encoder, texts, pooling, batchSize);
                for (int i = 0; i < texts.size(); i++) {
                    assertThat(difference(alone.get(texts.get(i)), vectors.get(i)))
                            .as("batch size %s: %s", batchSize, texts.get(i))
                            .isLessThanOrEqualTo(encoder == int8 ? 0f : 1e-6f);
                }
            }
        }
    }

    private static float difference(float[] one, float[] other) {
        float difference = 0;
        for (int i = 0; i < one.length; i++) {
            difference = Math.max(difference, Math.abs(one[i] - other[i]));
        }
        return difference;
    }
}
