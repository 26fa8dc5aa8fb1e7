package dev.weir.inference;

import static dev.weir.StoriesModel.ints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.StoriesModel;
import dev.weir.sampling.Sampler;
import dev.weir.sampling.SamplingParameters;
import dev.weir.tokenizer.ChatMessage;
import dev.weir.tokenizer.Tokenizer;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same tokens and texts as transformers gives for the same model. */
class GoldenGenerationTest {
    @RegisterExtension
    static final Pool POOL = new Pool();

    private static final ModelFolder FOLDER = new ModelFolder(StoriesModel.FOLDER);
    private static final ModelConfig CONFIG = ModelConfig.read(FOLDER);
    private static TextGenerator generator;
    private static LanguageModel float32;
    private static Tokenizer tokenizer;

    @BeforeAll
    static void open() {
        generator = TextGenerator.open(FOLDER, Precision.FLOAT32, new InferenceSettings(1, 8, 0, 64), POOL);
        float32 = LanguageModel.load(FOLDER.onnxFile(Precision.FLOAT32), CONFIG, 1);
        tokenizer = Tokenizer.open(FOLDER.path());
    }

    @AfterAll
    static void close() {
        generator.close();
        float32.close();
        tokenizer.close();
    }

    static Stream<JsonObject> generations() {
        return StoriesModel.golden("generation");
    }

    @ParameterizedTest
    @MethodSource("generations")
    void greedyTokensAreThoseOfTransformers(JsonObject golden) {
        int[] prompt = ints(golden.getJsonArray("input_ids"));
        int[] expected = ints(golden.getJsonObject("greedy").getJsonArray("ids"));
        Sampler sampler = new Sampler(SamplingParameters.greedy(), CONFIG.endTokens(), prompt);
        float[] logits = new float[float32.vocabularySize()];
        int[] actual = new int[expected.length];
        try (KeyValueCache cache = new KeyValueCache()) {
            float32.prefill(cache, prompt, 0, prompt.length - 1);
            int last = prompt[prompt.length - 1];
            for (int i = 0; i < expected.length; i++) {
                float32.step(cache, last, logits);
                last = sampler.next(logits);
                actual[i] = last;
            }
        }

        assertThat(actual).isEqualTo(expected);
        boolean ended = CONFIG.endTokens().contains(actual[actual.length - 1]);
        assertThat(ended || actual.length == golden.getInt("max_new_tokens")).isTrue();
    }

    @ParameterizedTest
    @MethodSource("generations")
    void streamedChunksJoinToTheTextOfTransformers(JsonObject golden) throws Exception {
        GenerationSettings settings =
                GenerationSettings.of(golden.getInt("max_new_tokens"), SamplingParameters.greedy());

        List<String> chunks = Read.chunks(generator.generate(golden.getString("prompt"), settings));

        assertThat(String.join("", chunks))
                .isEqualTo(golden.getJsonObject("greedy").getString("text"));
        assertThat(chunks).hasSizeGreaterThan(1).noneMatch(String::isEmpty);
    }

    @Test
    void aChatIsTheTemplatesTextContinued() throws Exception {
        JsonObject golden = generations()
                .filter(each -> each.getString("prompt").contains("Who are you?"))
                .findFirst()
                .orElseThrow();
        GenerationSettings settings =
                GenerationSettings.of(golden.getInt("max_new_tokens"), SamplingParameters.greedy());

        assertThat(Read.text(generator.chat(List.of(new ChatMessage("user", "Who are you?")), settings)))
                .isEqualTo(golden.getJsonObject("greedy").getString("text"));
    }

    /** The model's card gives 97.7 % over fifty prompts; near-ties differ between processors. */
    @Test
    void int8AgreesWithTheReferenceOnNearlyEveryNextToken() {
        int equal = 0;
        int all = 0;
        float[] logits = new float[CONFIG.vocabularySize()];
        try (LanguageModel int8 = LanguageModel.load(FOLDER.onnxFile(Precision.INT8), CONFIG, 1)) {
            for (JsonObject golden : generations().toList()) {
                int[] prompt = ints(golden.getJsonArray("input_ids"));
                int[] reference = ints(golden.getJsonObject("greedy").getJsonArray("ids"));
                Sampler nothing = new Sampler(SamplingParameters.greedy(), Set.of(), new int[0]);
                try (KeyValueCache cache = new KeyValueCache()) {
                    int8.prefill(cache, prompt, 0, prompt.length - 1);
                    int last = prompt[prompt.length - 1];
                    for (int next : reference) {
                        int8.step(cache, last, logits);
                        equal += nothing.next(logits) == next ? 1 : 0;
                        all++;
                        last = next;
                    }
                }
            }
        }

        assertThat((double) equal / all).as("%d of %d", equal, all).isGreaterThan(0.96);
    }

    @Test
    void aPromptReadInPiecesGivesTheSameTokens() {
        int[] prompt = new int[3 * LanguageModel.PREFILL_TOKENS + 5];
        int[] story = tokenizer.encode("Once upon a time there was a big bear who had a red ball. ", true);
        for (int i = 0; i < prompt.length; i++) {
            prompt[i] = story[i % story.length];
        }
        float[] inPieces = new float[float32.vocabularySize()];
        float[] oneByOne = new float[float32.vocabularySize()];
        try (KeyValueCache pieces = new KeyValueCache();
                KeyValueCache single = new KeyValueCache()) {
            float32.prefill(pieces, prompt, 0, prompt.length - 1);
            float32.step(pieces, prompt[prompt.length - 1], inPieces);
            for (int id : prompt) {
                float32.step(single, id, oneByOne);
            }
            assertThat(pieces.length()).isEqualTo(single.length()).isEqualTo(prompt.length);
        }

        assertThat(inPieces).usingComparatorWithPrecision(1e-3f).containsExactly(oneByOne);
    }
}
