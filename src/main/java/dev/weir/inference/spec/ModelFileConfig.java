package dev.weir.inference.spec;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.sampling.TokenRules;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * The content of a model folder's {@code config.json} and {@code generation_config.json}; the latter takes precedence.
 *
 * @param encoderDecoder true if the model has an encoder for its input
 * @param contextLength the most tokens of prompt and output together; for an encoder-decoder, of each of the two
 * @param vocabularySize the number of logits per token; 0 if the files do not declare it
 * @param keyValueHeads the heads of the key-value cache
 * @param headSize the numbers in one head's key
 * @param beginToken the token that begins a text; empty if the files name none
 * @param decoderStart the token before an encoder-decoder's output, which is not part of the output
 * @param rules the tokens that may be chosen; without end tokens if the files name none
 * @param defaults the defaults of generation
 * @param padToken fills up texts that are shorter than others in their batch
 * @param labels the names of a classifier's outputs, in order
 * @param independentLabels true for a multi-label classifier: each label has a probability of its own
 */
public record ModelFileConfig(
        boolean encoderDecoder,
        int contextLength,
        int vocabularySize,
        int keyValueHeads,
        int headSize,
        OptionalInt beginToken,
        OptionalInt decoderStart,
        TokenRules rules,
        GenerationDefaults defaults,
        int padToken,
        List<String> labels,
        boolean independentLabels) {

    private static final int MOST_HEADS = 4_096;
    private static final int MOST_WIDTH = 1 << 20;
    private static final int MOST_HEAD_SIZE = 8_192;
    private static final int MOST_CONTEXT = 1 << 26;
    /** The most tokens of a vocabulary. */
    public static final int MOST_TOKENS = 1 << 23;

    /** For models without a limit of their positions. */
    private static final int DEFAULT_CONTEXT = 2048;

    public ModelFileConfig {
        labels = List.copyOf(labels);
    }

    /**
     * Reads the configuration of a model.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if a file cannot be read or a number is out of range
     */
    public static ModelFileConfig read(ModelFolder folder) {
        ConfigObject own = ConfigObject.read(folder, "config.json");
        ConfigObject generation = ConfigObject.read(folder, "generation_config.json");
        // Multimodal models keep the settings of their language model in an object of their own.
        ConfigObject config = own.inner("text_config").orElse(own);
        boolean encoderDecoder = own.flag("is_encoder_decoder");
        int heads = config.whole(1, MOST_HEADS, "decoder_attention_heads", "num_attention_heads", "n_head", "num_heads")
                .orElse(1);
        int width =
                config.whole(1, MOST_WIDTH, "hidden_size", "n_embd", "d_model").orElse(heads);
        ConfigObject both = generation.over(own).over(config);
        return new ModelFileConfig(
                encoderDecoder,
                context(config),
                config.whole(1, MOST_TOKENS, "decoder_vocab_size", "vocab_size").orElse(0),
                config.whole(1, MOST_HEADS, "num_key_value_heads").orElse(heads),
                config.whole(1, MOST_HEAD_SIZE, "head_dim", "d_kv").orElse(Math.max(1, width / heads)),
                id(both, "bos_token_id"),
                first(id(both, "decoder_start_token_id"), id(both, "bos_token_id")),
                rules(both, encoderDecoder),
                GenerationDefaults.read(generation),
                pad(both),
                labels(own),
                own.text("problem_type").equals("multi_label_classification"));
    }

    private static OptionalInt id(ConfigObject config, String name) {
        return config.whole(0, Integer.MAX_VALUE, name);
    }

    /** Returns the padding token. Some models write -1 for none. */
    private static int pad(ConfigObject config) {
        return Math.max(0, config.whole(-1, Integer.MAX_VALUE, "pad_token_id").orElse(0));
    }

    /**
     * Refuses tokens that a model with {@code size} logits does not have: a run would fail with each of them.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} with the key and the token
     */
    public void requireTokensBelow(int size, ModelFolder folder) {
        Map<String, Collection<Integer>> named = new LinkedHashMap<>();
        named.put("decoder_start_token_id", encoderDecoder ? boxed(decoderStart) : List.of());
        named.put("forced_bos_token_id", boxed(rules.forcedBegin()));
        named.put("forced_eos_token_id", rules.forcedEnd());
        named.put(
                "bad_words_ids", rules.badWords().stream().flatMap(List::stream).toList());
        named.put("suppress_tokens", rules.suppressed());
        named.put("begin_suppress_tokens", rules.suppressedAtBegin());
        String files = folder.path().resolve("generation_config.json") + " or config.json";
        ConfigObject both = new ConfigObject(JsonValue.EMPTY_JSON_OBJECT, files);
        named.forEach((name, tokens) -> {
            int largest = tokens.stream().mapToInt(Integer::intValue).max().orElse(-1);
            if (largest >= size) {
                throw both.wrong(name, largest, "below the model's vocabulary of " + size);
            }
        });
        if (rules.suppressed().size() >= size) {
            throw both.wrong("suppress_tokens", "all tokens", "fewer than the model's vocabulary of " + size);
        }
    }

    private static List<Integer> boxed(OptionalInt token) {
        return token.isPresent() ? List.of(token.getAsInt()) : List.of();
    }

    private static int context(ConfigObject config) {
        OptionalInt positions = config.whole(
                1, MOST_CONTEXT, "n_positions", "max_position_embeddings", "n_ctx", "max_seq_len", "seq_length");
        int limit = positions.orElse(DEFAULT_CONTEXT);
        // These models count positions from the padding token's id plus one, so that two positions are unused.
        boolean offset = Set.of("roberta", "xlm-roberta", "camembert", "mpnet").contains(config.text("model_type"));
        if (offset && positions.isPresent() && limit <= 2) {
            throw config.wrong("max_position_embeddings", limit, "above 2 for this model_type");
        }
        return offset && positions.isPresent() ? limit - 2 : limit;
    }

    private static TokenRules rules(ConfigObject both, boolean encoderDecoder) {
        List<List<Integer>> badWords = new ArrayList<>(both.lists("bad_words_ids"));
        badWords.removeIf(List::isEmpty);
        return new TokenRules(
                new HashSet<>(both.ids("eos_token_id")),
                encoderDecoder ? id(both, "forced_bos_token_id") : OptionalInt.empty(),
                new HashSet<>(both.ids("forced_eos_token_id")),
                badWords,
                new HashSet<>(both.ids("suppress_tokens")),
                new HashSet<>(both.ids("begin_suppress_tokens")));
    }

    private static OptionalInt first(OptionalInt... numbers) {
        return Arrays.stream(numbers).filter(OptionalInt::isPresent).findFirst().orElse(OptionalInt.empty());
    }

    private static List<String> labels(ConfigObject config) {
        Map<Integer, String> labels = new TreeMap<>();
        config.inner("id2label")
                .ifPresent(named -> named.texts().forEach((id, label) -> {
                    if (id.matches("\\d{1,6}")) {
                        labels.put(Integer.parseInt(id), label);
                    }
                }));
        return List.copyOf(labels.values());
    }
}
