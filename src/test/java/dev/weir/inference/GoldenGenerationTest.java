package dev.weir.inference;

import static dev.weir.GoldenModel.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.GoldenModel;
import dev.weir.inference.onnx.OnnxDecoder;
import dev.weir.inference.schedule.GeneratedText;
import dev.weir.inference.schedule.Prompt;
import dev.weir.inference.schedule.Row;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.ModelFileConfig;
import dev.weir.inference.spec.ModelFolder;
import dev.weir.inference.spec.Precision;
import dev.weir.sampling.BeamParameters;
import dev.weir.sampling.BeamParameters.EarlyStopping;
import dev.weir.sampling.BeamSearch;
import dev.weir.sampling.Sampler;
import dev.weir.sampling.SamplingParameters;
import dev.weir.sampling.TokenRules;
import dev.weir.stream.Cancellation;
import dev.weir.tokenizer.ChatMessage;
import dev.weir.tokenizer.Tokenizer;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tokens and texts agree with transformers for the same models, in each layout of their files. */
@Tag("slow")
class GoldenGenerationTest {
    @RegisterExtension
    static final Pool POOL = new Pool();

    private static final SamplingParameters GREEDY = SamplingParameters.greedy();
    private static final InferenceSettings ONE_THREAD = new InferenceSettings(1, 8, 8, 64);

    /** The layout of a model's files, and the name of its golden file. */
    enum Layout {
        STORIES_FLOAT32(GoldenModel.STORIES, Precision.FLOAT32, "greedy"),
        NUMBERS_MERGED(GoldenModel.NUMBERS, Precision.FLOAT32, "greedy"),
        NUMBERS_SPLIT(GoldenModel.NUMBERS, Precision.FLOAT32, "greedy") {
            @Override
            ModelFolder.Decoding files() {
                Path onnx = folder().path().resolve("onnx");
                return new ModelFolder.Decoding(
                        Optional.of(onnx.resolve("encoder_model.onnx")),
                        onnx.resolve("decoder_model.onnx"),
                        Optional.of(onnx.resolve("decoder_with_past_model.onnx")));
            }
        },
        NUMBERS_INT8(GoldenModel.NUMBERS, Precision.INT8, "onnx_int8"),
        HEADLINE_MERGED(GoldenModel.HEADLINE, Precision.FLOAT32, "greedy"),
        HEADLINE_INT8(GoldenModel.HEADLINE, Precision.INT8, "onnx_int8");

        final GoldenModel model;
        final Precision precision;
        final String result;

        Layout(GoldenModel model, Precision precision, String result) {
            this.model = model;
            this.precision = precision;
            this.result = result;
        }

        ModelFolder folder() {
            return new ModelFolder(model.folder());
        }

        ModelFileConfig config() {
            return ModelFileConfig.read(folder());
        }

        ModelFolder.Decoding files() {
            return folder().decoding(precision, config().encoderDecoder());
        }
    }

    @ParameterizedTest
    @EnumSource
    void greedyTokensAreThoseOfTransformers(Layout layout) {
        try (OnnxDecoder decoder = OnnxDecoder.load(layout.files(), layout.config(), ONE_THREAD)) {
            for (JsonObject golden : layout.model.golden("generation").toList()) {
                int[] expected = ints(golden.getJsonObject(layout.result).getJsonArray("ids"));

                assertThat(greedy(decoder, layout.config(), golden))
                        .as(golden.getString(layout.model == GoldenModel.STORIES ? "prompt" : "text"))
                        .isEqualTo(expected);
            }
        }
    }

    private static int[] greedy(OnnxDecoder decoder, ModelFileConfig config, JsonObject golden) {
        int most = golden.getInt("max_new_tokens");
        Prompt prompt = prompt(config, golden);
        Sampler sampler = new Sampler(GREEDY, config.rules(), prompt.begin(), most);
        float[] logits = new float[decoder.vocabularySize()];
        List<Integer> ids = new ArrayList<>();
        Row row = new Row(prompt);
        while (!decoder.prefill(row, logits)) {
            assertThat(ids).isEmpty();
        }
        ids.add(sampler.next(logits));
        while (ids.size() < most && !config.rules().endTokens().contains(ids.get(ids.size() - 1))) {
            decoder.step(List.of(row), new int[] {ids.get(ids.size() - 1)});
            decoder.logits(0, logits);
            ids.add(sampler.next(logits));
        }
        decoder.release(row);
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    private static Prompt prompt(ModelFileConfig config, JsonObject golden) {
        int[] ids = ints(golden.getJsonArray("input_ids"));
        return config.encoderDecoder()
                ? new Prompt(ids, new int[] {config.decoderStart().orElseThrow()})
                : Prompt.of(ids);
    }

    @ParameterizedTest
    @EnumSource(
            value = Layout.class,
            names = {"STORIES_FLOAT32", "NUMBERS_MERGED", "NUMBERS_SPLIT", "HEADLINE_MERGED"})
    void theBestBeamsAndTheirScoresAreThoseOfTransformers(Layout layout) {
        try (OnnxDecoder decoder = OnnxDecoder.load(layout.files(), layout.config(), ONE_THREAD)) {
            List<JsonObject> searched = layout.model
                    .golden("generation")
                    .filter(golden -> golden.containsKey("beam4"))
                    .toList();
            assertThat(searched).hasSize(10);
            for (JsonObject golden : searched) {
                JsonObject expected = golden.getJsonObject("beam4");
                BeamSearch search = searched(decoder, layout.config(), golden, expected);

                List<JsonArray> sequences = expected.getJsonArray("sequences").getValuesAs(JsonArray.class);
                for (int i = 0; i < sequences.size(); i++) {
                    assertThat(search.best(4).get(i)).isEqualTo(ints(sequences.get(i)));
                }
                List<JsonNumber> scores = expected.getJsonArray("scores").getValuesAs(JsonNumber.class);
                for (int i = 0; i < scores.size(); i++) {
                    double score = scores.get(i).doubleValue();
                    assertThat(search.scores(4).get(i).doubleValue()).isCloseTo(score, within(1e-5 + 1e-4 * -score));
                }
            }
        }
    }

    private static BeamSearch searched(
            OnnxDecoder decoder, ModelFileConfig config, JsonObject golden, JsonObject settings) {
        BeamParameters beams = new BeamParameters(
                settings.getInt("num_beams"),
                settings.getJsonNumber("length_penalty").doubleValue(),
                settings.getBoolean("early_stopping") ? EarlyStopping.AT_ONCE : EarlyStopping.WHEN_UNLIKELY);
        Prompt prompt = prompt(config, golden);
        BeamSearch search =
                new BeamSearch(GREEDY, beams, config.rules(), prompt.begin(), settings.getInt("max_new_tokens"));
        float[] first = new float[decoder.vocabularySize()];
        List<Row> rows = new ArrayList<>(List.of(new Row(prompt)));
        decoder.prefill(rows.get(0), first);
        while (rows.size() < beams.beams()) {
            rows.add(decoder.fork(rows.get(0)));
        }
        float[][] logits = new float[beams.beams()][];
        Arrays.setAll(logits, beam -> first.clone());
        while (search.next(logits)) {
            decoder.rearrange(rows, search.sources());
            decoder.step(rows, search.tokens());
            for (int beam = 0; beam < logits.length; beam++) {
                decoder.logits(beam, logits[beam]);
            }
        }
        rows.forEach(decoder::release);
        return search;
    }

    @ParameterizedTest
    @EnumSource
    void streamedChunksJoinToTheTextOfTransformers(GoldenModel model) throws Exception {
        try (TextGenerator generator = open(model)) {
            for (JsonObject golden : model.golden("generation").toList()) {
                GenerationSettings settings = GenerationSettings.of(golden.getInt("max_new_tokens"), GREEDY);
                String input = golden.getString(golden.containsKey("prompt") ? "prompt" : "text");

                List<String> chunks = Read.chunks(generator.generate(input, settings));

                assertThat(String.join("", chunks))
                        .isEqualTo(golden.getJsonObject("greedy").getString("text"));
                assertThat(chunks).hasSizeGreaterThan(1).noneMatch(String::isEmpty);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void searchedTextsAreThoseOfTransformers(GoldenModel model) throws Exception {
        try (TextGenerator generator = open(model)) {
            for (JsonObject golden : model.golden("generation").limit(3).toList()) {
                JsonObject expected = golden.getJsonObject("beam4");
                GenerationSettings settings = GenerationSettings.of(expected.getInt("max_new_tokens"), GREEDY)
                        .withBeams(new BeamParameters(4, 1, EarlyStopping.AT_ONCE))
                        .withSequences(4);
                String input = golden.getString(golden.containsKey("prompt") ? "prompt" : "text");

                List<GeneratedText> texts = generator.generateWhole(input, settings);

                assertThat(texts).hasSize(4);
                assertThat(Read.chunks(texts.get(0))).containsExactly(expected.getString("text"));
            }
        }
    }

    @Test
    void aChatIsTheTemplatesTextContinued() throws Exception {
        JsonObject golden = GoldenModel.STORIES
                .golden("generation")
                .filter(each -> each.getString("prompt").contains("Who are you?"))
                .findFirst()
                .orElseThrow();
        GenerationSettings settings = GenerationSettings.of(golden.getInt("max_new_tokens"), GREEDY);
        try (TextGenerator generator = open(GoldenModel.STORIES)) {
            assertThat(Read.text(generator.stream(
                            generator.written(
                                    List.of(new ChatMessage("user", "Who are you?")), settings, new Cancellation()),
                            settings)))
                    .isEqualTo(golden.getJsonObject("greedy").getString("text"));
        }
    }

    private static TextGenerator open(GoldenModel model) {
        InferenceSettings settings = new InferenceSettings(1, 8, 8, 64);
        return TextGenerator.open(new ModelFolder(model.folder()), Precision.FLOAT32, settings, POOL);
    }

    @ParameterizedTest
    @EnumSource
    void theTokenizerReadsAndWritesAsTransformersDoes(GoldenModel model) {
        try (Tokenizer tokenizer = Tokenizer.open(model.folder())) {
            for (JsonObject golden : model.golden("tokenizer").toList()) {
                int[] ids = ints(golden.getJsonArray("ids"));
                assertThat(tokenizer.encode(golden.getString("text"), true)).isEqualTo(ids);
                String decoded = golden.containsKey("decoded_skip_special") ? "decoded_skip_special" : "decoded";
                assertThat(tokenizer.decode(ids, true)).isEqualTo(golden.getString(decoded));
            }
        }
    }

    /**
     * The model's card states 97.7 % of the next tokens of float32. Whole int8 outputs agree between processors only if no
     * two tokens have nearly equal logits, since the rounding of each step's activations differs.
     */
    @ParameterizedTest
    @EnumSource(StoriesInt8.class)
    void int8AgreesWithTheReferenceOnNearlyEveryNextToken(StoriesInt8 layout) {
        ModelFileConfig config = ModelFileConfig.read(new ModelFolder(GoldenModel.STORIES.folder()));
        int equal = 0;
        int all = 0;
        try (OnnxDecoder decoder = OnnxDecoder.load(layout.files(), config, ONE_THREAD)) {
            float[] logits = new float[decoder.vocabularySize()];
            for (JsonObject golden : GoldenModel.STORIES.golden("generation").toList()) {
                Row row = new Row(prompt(config, golden));
                decoder.prefill(row, logits);
                for (int next : ints(golden.getJsonObject("onnx_int8").getJsonArray("ids"))) {
                    Sampler nothing = new Sampler(GREEDY, TokenRules.ending(Set.of()), new int[0], 1);
                    equal += nothing.next(logits) == next ? 1 : 0;
                    all++;
                    decoder.step(List.of(row), new int[] {next});
                    decoder.logits(0, logits);
                }
                decoder.release(row);
            }
        }

        assertThat((double) equal / all).as("%d of %d", equal, all).isGreaterThan(0.99);
    }

    /** The int8 files of the stories model: in the current layout, and in the older layout. */
    enum StoriesInt8 {
        PLAIN("onnx/model_quantized.onnx"),
        LEGACY("legacy/onnx/decoder_model_merged_quantized.onnx");

        private final String file;

        StoriesInt8(String file) {
            this.file = file;
        }

        ModelFolder.Decoding files() {
            return new ModelFolder.Decoding(
                    Optional.empty(), GoldenModel.STORIES.folder().resolve(file), Optional.empty());
        }
    }
}
