package dev.weir.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.Goldens;
import dev.weir.WeirException;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.ModelFolder;
import dev.weir.inference.spec.Precision;
import dev.weir.onnx.LoopingDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault of a model's folder is reported at the opening of the model, with file, key and value. */
class BrokenModelsTest {
    private static final String CONFIG = "config.json";
    private static final String GENERATION = "generation_config.json";
    /** Ends a golden line where the text of ONNX Runtime would follow. */
    private static final String CUT = "…";

    private static final String GRAPH = "onnx/model.onnx";

    @RegisterExtension
    static final Pool POOL = new Pool();

    @TempDir
    Path folder;

    /** A change of a valid folder. */
    @FunctionalInterface
    private interface Breaking {
        void in(Path folder) throws IOException;
    }

    private static final Map<String, Breaking> CASES = new LinkedHashMap<>();

    private static void config(String name, String members) {
        CASES.put(name, folder -> {
            String whole = Files.readString(folder.resolve(CONFIG)).strip();
            Files.writeString(folder.resolve(CONFIG), "{" + members + ", " + whole.substring(1));
        });
    }

    private static void without(String name, String member, String instead) {
        CASES.put(name, folder -> {
            String whole = Files.readString(folder.resolve(CONFIG));
            String changed = whole.replaceFirst("\"" + member + "\": [^,}]+", "\"" + member + "\": " + instead);
            assertThat(changed).isNotEqualTo(whole);
            Files.writeString(folder.resolve(CONFIG), changed);
        });
    }

    private static void file(String name, String file, String content) {
        CASES.put(name, folder -> Files.writeString(folder.resolve(file), content));
    }

    static {
        without("no heads", "num_attention_heads", "0");
        without("negative heads", "num_attention_heads", "-4");
        without("heads and a half", "num_attention_heads", "1.5");
        without("a million heads", "num_attention_heads", "1000000");
        without("heads of 2^32 + 1", "num_attention_heads", "4294967297");
        without("no width", "hidden_size", "0");
        without("an infinite width", "hidden_size", "1e400");
        without("a width of many digits", "hidden_size", "1".repeat(200));
        without("no context", "n_positions", "0");
        without("a negative context", "n_positions", "-512");
        without("a context of 2^40", "n_positions", "1099511627776");
        CASES.put(
                "a context that an offset uses up",
                folder -> Files.writeString(
                        folder.resolve(CONFIG), "{\"model_type\": \"roberta\", \"max_position_embeddings\": 2}"));
        config("heads of a huge size", "\"head_dim\": 1073741824");
        config("heads of no size", "\"head_dim\": 0");
        config("no key-value heads", "\"num_key_value_heads\": 0");
        without("a negative vocabulary", "vocab_size", "-1");
        without("a huge vocabulary", "vocab_size", "2000000000");
        without("an end token of -1", "eos_token_id", "-1");
        without("an end token beyond an int", "eos_token_id", "[7, 8589934592]");
        config("a begin token of -5", "\"bos_token_id\": -5");
        config("a padding token of -2", "\"pad_token_id\": -2");
        config("suppressed -1", "\"suppress_tokens\": [3, -1]");
        config("suppressed beyond the vocabulary", "\"suppress_tokens\": [8]");
        config("all suppressed", "\"suppress_tokens\": [0, 1, 2, 3, 4, 5, 6, 7]");
        config("suppressed at the beginning beyond the vocabulary", "\"begin_suppress_tokens\": [220, 50256]");
        config("bad words of -1", "\"bad_words_ids\": [[1, -1]]");
        config("bad words beyond the vocabulary", "\"bad_words_ids\": [[1], [2, 99]]");
        config("a forced end beyond the vocabulary", "\"forced_eos_token_id\": 9");
        config("a forced end of -1", "\"forced_eos_token_id\": [-1]");
        config("an encoder-decoder that begins with nothing", "\"is_encoder_decoder\": true");
        file("no repetition penalty", GENERATION, "{\"repetition_penalty\": 0}");
        file("a repetition penalty below that of a call", GENERATION, "{\"repetition_penalty\": 1e-9}");
        file("a huge repetition penalty", GENERATION, "{\"repetition_penalty\": 1e300}");
        file("a length penalty beyond a double", GENERATION, "{\"length_penalty\": 1e999}");
        file("a negative n-gram size", GENERATION, "{\"no_repeat_ngram_size\": -3}");
        file("a list for a configuration", CONFIG, "[]");
        file("half a configuration", CONFIG, "{\"vocab_size\": 8,");
        file("an empty configuration file", CONFIG, "");
        file("a configuration that is nested deep", CONFIG, "{\"a\": " + "[".repeat(5_000) + "]".repeat(5_000) + "}");
        file("a number of a million digits", CONFIG, "{\"vocab_size\": " + "9".repeat(1_000_000) + "}");
        file("a configuration that is too large", CONFIG, "{\"a\": \"" + "a".repeat(9 << 20) + "\"}");
        CASES.put(
                "a configuration that is not UTF-8",
                folder -> Files.write(
                        folder.resolve(CONFIG), "{\"a\": \"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1)));
        file("half a tokenizer", "tokenizer.json", "{\"model\": {\"type\": \"WordLevel\"");
        CASES.put("no tokenizer", folder -> Files.delete(folder.resolve("tokenizer.json")));
        CASES.put("no graph", folder -> Files.delete(folder.resolve(GRAPH)));
        CASES.put("no weights", folder -> Files.delete(folder.resolve("onnx/model.onnx_data")));
        file("weights that are cut short", "onnx/model.onnx_data", "short");
        file("an empty graph", GRAPH, "");
        file("a text for a graph", GRAPH, "this is no graph");
        CASES.put(
                "a graph that needs what config.json does not say",
                folder -> LoopingDecoder.write(folder, 3, false, 2));
    }

    static Stream<String> names() {
        return CASES.keySet().stream();
    }

    private static Map<String, String> golden() {
        return Goldens.text("broken-models.txt")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(": ")), line -> line.substring(line.indexOf(": ") + 2)));
    }

    private String failure(String name) throws IOException {
        LoopingDecoder.write(folder, 3, false);
        CASES.get(name).in(folder);
        try (TextGenerator opened = TextGenerator.open(
                new ModelFolder(folder), Precision.FLOAT32, new InferenceSettings(1, 8, 8, 64), POOL)) {
            return "opened with a context of " + opened.contextLength();
        } catch (WeirException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY);
            return e.detail().replace(folder.toString(), "FOLDER").replaceAll("\\s+", " ");
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void eachIsToldWhenTheModelIsOpened(String name) throws IOException {
        String golden = golden().getOrDefault(name, "");

        if (golden.endsWith(CUT)) {
            assertThat(failure(name)).startsWith(golden.substring(0, golden.length() - CUT.length()));
        } else {
            assertThat(failure(name)).isEqualTo(golden);
        }
    }

    @Test
    void theGoldenFileHasEachAndNoOther() {
        assertThat(golden().keySet()).containsExactlyInAnyOrderElementsOf(CASES.keySet());
        assertThat(CASES).hasSizeGreaterThanOrEqualTo(40);
    }

    @Test
    void aFolderThatIsWellOpens() throws IOException {
        LoopingDecoder.write(folder, 3, false);
        try (TextGenerator opened = TextGenerator.open(
                new ModelFolder(folder), Precision.FLOAT32, new InferenceSettings(1, 8, 8, 64), POOL)) {
            assertThat(opened.contextLength()).isEqualTo(64);
        }
    }
}
