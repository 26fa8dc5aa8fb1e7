package dev.weir.inference;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.sampling.TokenRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a model folder's {@code config.json} and {@code generation_config.json} say; the latter goes before the former.
 *
 * @param encoderDecoder true if the model reads its input with an encoder of its own
 * @param contextLength the most tokens of prompt and output together; of an encoder-decoder, of its input and of its output
 * @param vocabularySize how many logits there are to a token
 * @param keyValueHeads heads of the key-value cache
 * @param headSize numbers in one head's key
 * @param beginToken the token that begins a text
 * @param decoderStart the token that an encoder-decoder's output begins with, which is not part of it
 * @param rules which tokens may be chosen; without end tokens if the files name none
 * @param defaults what generation is like unless a request says otherwise
 * @param padToken fills up what is shorter than others beside it
 * @param labels the names of a classifier's outputs, in order
 * @param independentLabels true if each label is true or not by itself
 */
record ModelConfig(
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

    /** For models whose positions have no limit of their own. */
    private static final int DEFAULT_CONTEXT = 2048;

    ModelConfig {
        labels = List.copyOf(labels);
    }

    static ModelConfig read(ModelFolder folder) {
        ConfigObject own = ConfigObject.read(folder, "config.json");
        ConfigObject generation = ConfigObject.read(folder, "generation_config.json");
        // Models of several media keep what concerns their language model apart.
        ConfigObject config = own.inner("text_config").orElse(own);
        boolean encoderDecoder = own.flag("is_encoder_decoder");
        int heads = config.number("decoder_attention_heads", "num_attention_heads", "n_head", "num_heads")
                .orElse(1);
        if (heads < 1) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "the model's file " + folder.path().resolve("config.json")
                            + " has no usable number of attention heads (must be at least 1, is " + heads + ")");
        }
        int width = config.number("hidden_size", "n_embd", "d_model").orElse(heads);
        ConfigObject both = generation.over(own).over(config);
        return new ModelConfig(
                encoderDecoder,
                context(config),
                config.number("decoder_vocab_size", "vocab_size").orElse(0),
                config.number("num_key_value_heads").orElse(heads),
                config.number("head_dim", "d_kv").orElse(width / heads),
                both.number("bos_token_id"),
                first(both.number("decoder_start_token_id"), both.number("bos_token_id")),
                rules(both, encoderDecoder),
                GenerationDefaults.read(generation),
                both.number("pad_token_id").orElse(0),
                labels(own),
                own.text("problem_type").equals("multi_label_classification"));
    }

    private static int context(ConfigObject config) {
        OptionalInt positions =
                config.number("n_positions", "max_position_embeddings", "n_ctx", "max_seq_len", "seq_length");
        int limit = positions.orElse(DEFAULT_CONTEXT);
        // These count their positions from behind the padding token's id, which takes two of them.
        boolean offset = Set.of("roberta", "xlm-roberta", "camembert", "mpnet").contains(config.text("model_type"));
        return offset && positions.isPresent() ? limit - 2 : limit;
    }

    private static TokenRules rules(ConfigObject both, boolean encoderDecoder) {
        List<List<Integer>> badWords = new ArrayList<>(both.lists("bad_words_ids"));
        badWords.removeIf(List::isEmpty);
        return new TokenRules(
                new HashSet<>(both.numbers("eos_token_id")),
                encoderDecoder ? both.number("forced_bos_token_id") : OptionalInt.empty(),
                new HashSet<>(both.numbers("forced_eos_token_id")),
                badWords,
                new HashSet<>(both.numbers("suppress_tokens")),
                new HashSet<>(both.numbers("begin_suppress_tokens")));
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
