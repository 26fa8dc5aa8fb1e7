package dev.weir.component.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.ModelConfig;
import dev.weir.config.reader.ConfigReader;
import dev.weir.config.reader.LoadResult;
import dev.weir.hub.FakeHub;
import dev.weir.hub.Hub;
import dev.weir.hub.HubSettings;
import dev.weir.inference.spec.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples of real models, with a Hub that has the files of the real repositories. */
@Timeout(60)
class HubExamplesTest {
    private static final Path EXAMPLES = Path.of("examples", "hub");
    private static final String[] XENOVA_SEQ2SEQ = {
        "onnx/decoder_model.onnx",
        "onnx/decoder_model_merged.onnx",
        "onnx/decoder_model_merged_fp16.onnx",
        "onnx/decoder_model_merged_quantized.onnx",
        "onnx/decoder_model_quantized.onnx",
        "onnx/decoder_with_past_model.onnx",
        "onnx/decoder_with_past_model_quantized.onnx",
        "onnx/encoder_model.onnx",
        "onnx/encoder_model_fp16.onnx",
        "onnx/encoder_model_quantized.onnx"
    };

    @TempDir
    private Path cache;

    private final FakeHub server = new FakeHub();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        server.close();
        threads.shutdownNow();
    }

    @Test
    void everyExampleIsTested() throws Exception {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".yml")))
                    .containsExactlyInAnyOrder(
                            "gpt2.yml",
                            "smollm2-135m.yml",
                            "smollm2-360m.yml",
                            "qwen2.5-0.5b.yml",
                            "opus-mt-ko-en.yml",
                            "bart-large-cnn.yml",
                            "dialogpt-medium.yml");
        }
    }

    @Test
    void gpt2IsItsOwnMergedDecoder() throws Exception {
        repository(
                "openai-community/gpt2",
                false,
                "generation_config.json",
                "merges.txt",
                "model.safetensors",
                "pytorch_model.bin",
                "rust_model.ot",
                "tf_model.h5",
                "64.tflite",
                "tokenizer.json",
                "tokenizer_config.json",
                "vocab.json",
                "onnx/config.json",
                "onnx/decoder_model.onnx",
                "onnx/decoder_model_merged.onnx",
                "onnx/decoder_with_past_model.onnx",
                "onnx/generation_config.json",
                "onnx/merges.txt",
                "onnx/special_tokens_map.json",
                "onnx/tokenizer.json",
                "onnx/tokenizer_config.json",
                "onnx/vocab.json");
        server.rename("gpt2", "openai-community/gpt2");

        assertThat(taken("gpt2.yml", "gpt2"))
                .containsExactly(
                        "config.json",
                        "generation_config.json",
                        "onnx/decoder_model_merged.onnx",
                        "tokenizer.json",
                        "tokenizer_config.json");
    }

    @Test
    void smolLmIsItsOwnFourBits() throws Exception {
        for (String size : List.of("135M", "360M")) {
            String name = "HuggingFaceTB/SmolLM2-" + size + "-Instruct";
            repository(
                    name,
                    false,
                    "all_results.json",
                    "eval_results.json",
                    "generation_config.json",
                    "merges.txt",
                    "model.safetensors",
                    "special_tokens_map.json",
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "train_results.json",
                    "trainer_state.json",
                    "training_args.bin",
                    "vocab.json",
                    "runs/events.out.tfevents.0",
                    "onnx/model.onnx",
                    "onnx/model_fp16.onnx",
                    "onnx/model_q4.onnx",
                    "onnx/model_q4f16.onnx");

            assertThat(taken("smollm2-" + size.toLowerCase(Locale.ROOT) + ".yml", name))
                    .containsExactly(
                            "config.json",
                            "generation_config.json",
                            "onnx/model_q4.onnx",
                            "special_tokens_map.json",
                            "tokenizer.json",
                            "tokenizer_config.json");
        }
    }

    @Test
    void qwenIsItsTwinInEightBits() throws Exception {
        repository(
                "Qwen/Qwen2.5-0.5B-Instruct",
                false,
                "LICENSE",
                "generation_config.json",
                "merges.txt",
                "model.safetensors",
                "tokenizer.json",
                "tokenizer_config.json",
                "vocab.json");
        repository(
                "onnx-community/Qwen2.5-0.5B-Instruct",
                false,
                "added_tokens.json",
                "generation_config.json",
                "merges.txt",
                "quantize_config.json",
                "special_tokens_map.json",
                "tokenizer.json",
                "tokenizer_config.json",
                "vocab.json",
                "onnx/model.onnx",
                "onnx/model_bnb4.onnx",
                "onnx/model_fp16.onnx",
                "onnx/model_int8.onnx",
                "onnx/model_q4.onnx",
                "onnx/model_q4f16.onnx",
                "onnx/model_quantized.onnx",
                "onnx/model_uint8.onnx");

        assertThat(taken("qwen2.5-0.5b.yml", "onnx-community/Qwen2.5-0.5B-Instruct"))
                .containsExactly(
                        "added_tokens.json",
                        "config.json",
                        "generation_config.json",
                        "onnx/model_int8.onnx",
                        "special_tokens_map.json",
                        "tokenizer.json",
                        "tokenizer_config.json");
    }

    @Test
    void opusIsItsTwinsEncoderAndDecoder() throws Exception {
        repository(
                "Helsinki-NLP/opus-mt-ko-en",
                true,
                "generation_config.json",
                "metadata.json",
                "pytorch_model.bin",
                "source.spm",
                "target.spm",
                "tf_model.h5",
                "tokenizer_config.json",
                "vocab.json");
        twin("Xenova/opus-mt-ko-en", "source.spm", "target.spm");

        assertThat(taken("opus-mt-ko-en.yml", "Xenova/opus-mt-ko-en")).containsExactly(quantized());
    }

    @Test
    void bartIsItsTwinsEncoderAndDecoder() throws Exception {
        repository(
                "facebook/bart-large-cnn",
                true,
                "flax_model.msgpack",
                "generation_config.json",
                "generation_config_for_summarization.json",
                "merges.txt",
                "model.safetensors",
                "pytorch_model.bin",
                "rust_model.ot",
                "tf_model.h5",
                "tokenizer.json",
                "vocab.json");
        twin("Xenova/bart-large-cnn", "merges.txt", "generation_config_for_summarization.json");

        assertThat(taken("bart-large-cnn.yml", "Xenova/bart-large-cnn")).containsExactly(quantized());
    }

    @Test
    void dialoGptIsATwin() throws Exception {
        repository(
                "microsoft/DialoGPT-medium",
                false,
                "flax_model.msgpack",
                "generation_config.json",
                "generation_config_for_conversational.json",
                "merges.txt",
                "pytorch_model.bin",
                "rust_model.ot",
                "tf_model.h5",
                "tokenizer_config.json",
                "vocab.json");
        repository(
                "onnx-community/DialoGPT-medium-ONNX",
                false,
                "generation_config.json",
                "special_tokens_map.json",
                "tokenizer.json",
                "tokenizer_config.json",
                "onnx/model.onnx",
                "onnx/model_q4.onnx");

        assertThat(taken("dialogpt-medium.yml", "onnx-community/DialoGPT-medium-ONNX"))
                .contains("onnx/model.onnx", "special_tokens_map.json", "tokenizer.json")
                .doesNotContain("onnx/model_q4.onnx");
    }

    private void twin(String name, String... others) {
        repository(name, true, XENOVA_SEQ2SEQ);
        repository(name, true, "generation_config.json", "quantize_config.json", "special_tokens_map.json");
        repository(name, true, "tokenizer.json", "tokenizer_config.json", "vocab.json");
        repository(name, true, others);
    }

    private static String[] quantized() {
        return new String[] {
            "config.json",
            "generation_config.json",
            "onnx/decoder_model_merged_quantized.onnx",
            "onnx/encoder_model_quantized.onnx",
            "special_tokens_map.json",
            "tokenizer.json",
            "tokenizer_config.json"
        };
    }

    private void repository(String name, boolean encoderDecoder, String... files) {
        FakeHub.Repository repository = server.repository(name)
                .file(".gitattributes", "*.onnx filter=lfs")
                .file("README.md", "# " + name)
                .file("config.json", "{\"is_encoder_decoder\": " + encoderDecoder + "}");
        for (String file : files) {
            repository.file(file, file.endsWith(".json") && !file.equals("tokenizer.json") ? 100 : 3_000);
        }
    }

    /** The cached files of an example's model, which must be in that repository. */
    private List<String> taken(String example, String repository) throws Exception {
        LoadResult result = ConfigReader.read(List.of(EXAMPLES.resolve(example)), Map.of());
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        LoadResult.Loaded loaded = (LoadResult.Loaded) result;
        assertThat(loaded.warnings()).isEmpty();
        ModelConfig config = (ModelConfig) loaded.config().components().get(0);
        Map<String, String> environment = Map.of(
                "HF_ENDPOINT", server.endpoint().toString(), "HF_HUB_CACHE", cache.toString(), "HF_TOKEN", "hf_t");
        ModelSource source = new ModelSource(() -> new Hub(HubSettings.of(environment, cache), threads));
        Precision precision = ModelSource.precision(config.model(), config.precision());

        Path snapshot = source.folder(config.model(), precision, new LoadProgress());
        assertThat(snapshot).startsWith(cache.resolve("models--" + repository.replace("/", "--")));
        try (Stream<Path> tree = Files.walk(snapshot)) {
            return tree.filter(Files::isRegularFile)
                    .map(file -> snapshot.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
