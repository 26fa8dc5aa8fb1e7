package dev.weir.inference;

import static dev.weir.GoldenModel.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weir.GoldenModel;
import dev.weir.WeirException;
import dev.weir.files.ConfinedFolder;
import dev.weir.graph.Architectures;
import dev.weir.inference.onnx.OnnxDecoder;
import dev.weir.inference.schedule.Decoder;
import dev.weir.inference.schedule.GeneratedText;
import dev.weir.inference.schedule.Prompt;
import dev.weir.inference.schedule.Row;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.ModelFileConfig;
import dev.weir.inference.spec.ModelFolder;
import dev.weir.inference.spec.ModelOpening;
import dev.weir.inference.spec.Precision;
import dev.weir.sampling.SamplingParameters;
import dev.weir.weights.Checkpoint;
import dev.weir.weights.ElementType;
import dev.weir.weights.SafetensorsFile;
import dev.weir.weights.WeightTensor;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stories model runs from its safetensors alone: the graph is written from its configuration. */
@Tag("slow")
class CheckpointGenerationTest {
    @RegisterExtension
    static final Pool POOL = new Pool();

    private static final SamplingParameters GREEDY = SamplingParameters.greedy();
    private static final InferenceSettings ONE_THREAD = new InferenceSettings(1, 8, 8, 64);
    private static final String FILE = "model.safetensors";

    @TempDir
    Path folder;

    @Test
    void textsAreThoseOfTransformersWithoutAnOnnxFile() throws Exception {
        copy();
        try (TextGenerator generator = open(Precision.BEST)) {
            for (JsonObject golden : GoldenModel.STORIES.golden("generation").toList()) {
                GenerationSettings settings = GenerationSettings.of(golden.getInt("max_new_tokens"), GREEDY);

                assertThat(Read.text(generator.generate(golden.getString("prompt"), settings)))
                        .isEqualTo(golden.getJsonObject("greedy").getString("text"));
            }
        }
    }

    @Test
    void everyTokenIsThatOfTransformers() throws Exception {
        copy();
        try (Decoder decoder = decoder()) {
            int tokens = 0;
            for (JsonObject golden : GoldenModel.STORIES.golden("generation").toList()) {
                Row row = new Row(Prompt.of(ints(golden.getJsonArray("input_ids"))));
                float[] logits = new float[decoder.vocabularySize()];
                while (!decoder.prefill(row, logits)) {
                    assertThat(row.read).isPositive();
                }
                for (int expected : ints(golden.getJsonObject("greedy").getJsonArray("ids"))) {
                    assertThat(largest(logits)).isEqualTo(expected);
                    decoder.step(List.of(row), new int[] {expected});
                    decoder.logits(0, logits);
                    tokens++;
                }
                decoder.release(row);
            }
            assertThat(tokens).isGreaterThan(1_000);
        }
    }

    @Test
    void textsInABatchThatOthersJoinAndLeaveAreThoseOfEachAlone() throws Exception {
        copy();
        Random random = new Random(1);
        List<JsonObject> goldens = GoldenModel.STORIES.golden("generation").toList();
        InferenceSettings wide = new InferenceSettings(1, 8, 128, 64);
        try (TextGenerator generator = TextGenerator.open(new ModelFolder(folder), Precision.BEST, wide, POOL)) {
            List<GeneratedText> texts = new ArrayList<>();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                JsonObject golden = goldens.get(random.nextInt(goldens.size()));
                GenerationSettings settings = GenerationSettings.of(golden.getInt("max_new_tokens"), GREEDY);
                texts.add(generator.generate(golden.getString("prompt"), settings));
                expected.add(golden.getJsonObject("greedy").getString("text"));
            }
            for (int i = 0; i < texts.size(); i++) {
                if (i % 4 == 3) {
                    texts.get(i).close();
                }
            }
            for (int i = 0; i < texts.size(); i++) {
                if (i % 4 != 3) {
                    assertThat(Read.text(texts.get(i))).isEqualTo(expected.get(i));
                }
            }
        }
    }

    /** The tolerances are shares of the largest logit: f16 keeps 11 bits of each weight, bf16 keeps 8. */
    @ParameterizedTest
    @CsvSource({"F16, 0.005", "BF16, 0.1"})
    void weightsOf16BitsGiveNearlyTheSameLogits(ElementType type, float tolerance) throws Exception {
        copy();
        float[] exact = firstLogits();
        Checkpoint checkpoint = Checkpoint.open(new ConfinedFolder(folder)).orElseThrow();
        Path other = folder.resolve("other.safetensors");
        SafetensorsFile.write(other, checkpoint, type);
        Files.move(other, folder.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);

        float[] near = firstLogits();

        float range = Math.abs(exact[largest(exact)]);
        for (int i = 0; i < exact.length; i++) {
            assertThat(near[i]).isCloseTo(exact[i], within(tolerance * range));
        }
        assertThat(near).isNotEqualTo(exact);
    }

    @Test
    void shardsGiveTheSameTokens() throws Exception {
        copy();
        float[] whole = firstLogits();
        Checkpoint checkpoint = Checkpoint.open(new ConfinedFolder(folder)).orElseThrow();
        StringBuilder map = new StringBuilder();
        for (String part : List.of("0", "1")) {
            Map<String, WeightTensor> tensors = new LinkedHashMap<>(checkpoint.tensors());
            tensors.keySet().removeIf(name -> name.contains(".h.0.") == part.equals("1"));
            SafetensorsFile.write(folder.resolve("part" + part + ".safetensors"), tensors, ElementType.F32);
            tensors.keySet()
                    .forEach(name -> map.append(map.length() == 0 ? "" : ",")
                            .append("\"" + name + "\":\"part" + part + ".safetensors\""));
        }
        Files.writeString(folder.resolve(FILE + ".index.json"), "{\"weight_map\":{" + map + "}}");
        Files.delete(folder.resolve(FILE));

        assertThat(firstLogits()).isEqualTo(whole);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"model_type\": \"gpt2\"|\"model_type\": \"gpt9\"|model_type",
                "\"gelu_new\"|\"quick_gelu\"|activation_function",
                "\"scale_attn_weights\": true|\"scale_attn_weights\": false|scale_attn_weights",
                "\"scale_attn_by_inverse_layer_idx\": false|\"scale_attn_by_inverse_layer_idx\": true|scale_attn_by_inverse_layer_idx",
                "\"add_cross_attention\": false|\"add_cross_attention\": true|add_cross_attention",
                "\"n_head\": 4|\"n_head\": 5|n_head",
                "\"n_layer\": 4|\"n_layer\": 5|h.4.ln_1.weight",
                "\"n_layer\": 4|\"n_layer\": 3|h.3.attn.c_attn.bias",
                "\"n_positions\": 512|\"n_positions\": 513|wpe.weight",
                "\"n_embd\": 192|\"n_embd\": \"192\"|n_embd",
                "\"tie_word_embeddings\": true|\"tie_word_embeddings\": false|lm_head.weight",
                "\"use_cache\": true|\"quantization_config\": {}|quantization_config",
            })
    void aConfigurationThatTheWeightsDoNotHaveIsRefusedByName(String from, String to, String named) throws Exception {
        copy();
        Path config = folder.resolve("config.json");
        String changed = Files.readString(config).replace(from, to);
        assertThat(changed).isNotEqualTo(Files.readString(config));
        Files.writeString(config, changed);

        assertThatThrownBy(() -> open(Precision.BEST).close())
                .isInstanceOf(WeirException.class)
                .hasMessageContaining(named);
    }

    @Test
    void aPrecisionThatTheWeightsDoNotHaveIsRefused() throws Exception {
        copy();

        assertThatThrownBy(() -> open(Precision.INT8).close())
                .isInstanceOf(WeirException.class)
                .hasMessageContaining("precision of a checkpoint must be auto or float32, was int8");
    }

    @Test
    void fiftyLoadsOpenAndCloseTheirSessions() throws Exception {
        copy();
        float[] first = firstLogits();
        for (int load = 1; load < 50; load++) {
            assertThat(firstLogits()).isEqualTo(first);
        }
    }

    private void copy() throws IOException {
        Path stories = GoldenModel.STORIES.folder();
        for (String name : List.of(
                FILE,
                "config.json",
                "generation_config.json",
                "tokenizer.json",
                "tokenizer_config.json",
                "special_tokens_map.json")) {
            Files.copy(stories.resolve(name), folder.resolve(name));
        }
    }

    private TextGenerator open(Precision precision) {
        return TextGenerator.open(new ModelFolder(folder), precision, ONE_THREAD, POOL);
    }

    private OnnxDecoder decoder() {
        ModelFolder model = new ModelFolder(folder);
        Checkpoint checkpoint = model.checkpoint(Precision.FLOAT32).orElseThrow();
        return OnnxDecoder.load(
                Architectures.decoder(model.config(), checkpoint),
                ModelFileConfig.read(model),
                ONE_THREAD,
                ModelOpening.plain());
    }

    private float[] firstLogits() {
        try (Decoder decoder = decoder()) {
            float[] logits = new float[decoder.vocabularySize()];
            Row row = new Row(Prompt.of(300, 301, 302, 303));
            assertThat(decoder.prefill(row, logits)).isTrue();
            decoder.release(row);
            return logits;
        }
    }

    private static int largest(float[] logits) {
        int largest = 0;
        for (int i = 1; i < logits.length; i++) {
            largest = logits[i] > logits[largest] ? i : largest;
        }
        return largest;
    }
}
