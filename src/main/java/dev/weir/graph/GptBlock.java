package dev.weir.graph;

import dev.weir.weights.Checkpoint;
import dev.weir.weights.WeightTensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * GPT-2: learned positions, layer norms before attention and feed-forward, one matrix for query, key and value. Used by one
 * thread, for one graph.
 *
 * @see <a href="https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf">Radford et
 *     al., Language Models are Unsupervised Multitask Learners</a>
 */
final class GptBlock {
    private static final String PREFIX = "transformer.";
    private static final String HEAD = "lm_head.weight";
    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String POSITIONS = "position_ids";
    private static final String KEPT = "num_logits_to_keep";
    private static final String LOGITS = "logits";

    /** Causal masks, which older versions of transformers stored as tensors. */
    private static final Pattern MASKS = Pattern.compile("h\\.\\d+\\.attn\\.(bias|masked_bias)");

    private static final Map<String, String> ACTIVATIONS = Map.of(
            "gelu_new", "com.microsoft:FastGelu",
            "gelu_pytorch_tanh", "com.microsoft:FastGelu",
            "gelu", "com.microsoft:Gelu",
            "relu", "Relu");

    private final Checkpoint checkpoint;
    private final ReadWeights weights;
    private final OnnxGraph graph = new OnnxGraph();
    private final int layers;
    private final int width;
    private final int heads;
    private final int inner;
    private final int positions;
    private final int vocabulary;
    private final float epsilon;
    private final boolean tied;
    private final String activation;

    GptBlock(GraphConfig config, Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
        this.weights = new ReadWeights(checkpoint, PREFIX);
        layers = config.whole("n_layer", 0);
        width = config.whole("n_embd", 0);
        heads = config.whole("n_head", 0);
        positions = config.whole("n_positions", 0);
        vocabulary = config.whole("vocab_size", 0);
        inner = config.whole("n_inner", 4 * width);
        epsilon = config.fraction("layer_norm_epsilon", 1e-5f);
        tied = config.flag("tie_word_embeddings", true);
        activation = Objects.requireNonNull(
                ACTIVATIONS.get(config.choice("activation_function", "gelu_new", ACTIVATIONS.keySet())));
        config.require("scale_attn_weights", true);
        config.require("scale_attn_by_inverse_layer_idx", false);
        config.require("add_cross_attention", false);
        if (width % heads != 0) {
            throw config.refused("n_head", heads, "a divisor of n_embd, " + width);
        }
    }

    WrittenGraph write() {
        graph.input(IDS, OnnxGraph.INT64, "batch", "length");
        graph.input(MASK, OnnxGraph.INT64, "batch", "total");
        graph.input(POSITIONS, OnnxGraph.INT64, "batch", "length");
        graph.input(KEPT, OnnxGraph.INT64);
        String embedding = weight("wte.weight", vocabulary, width);
        String state = graph.node(
                "Add",
                graph.node("Gather", embedding, IDS),
                graph.node("Gather", weight("wpe.weight", positions, width), POSITIONS));
        String lengths = lengths();
        String total = graph.node("Cast", List.of(size(MASK)), Map.of("to", OnnxGraph.INT32));
        for (int layer = 0; layer < layers; layer++) {
            String at = "h." + layer + ".";
            String attended = attention(layer, at + "attn.", norm(at + "ln_1", state), lengths, total);
            String joined = graph.node("Add", state, attended);
            state = graph.node("Add", joined, forward(at + "mlp.", norm(at + "ln_2", joined)));
        }
        String kept = graph.node(
                "Slice",
                norm("ln_f", state),
                graph.node("Unsqueeze", graph.node("Neg", KEPT), list(0)),
                list(Long.MAX_VALUE),
                list(1));
        graph.node("com.microsoft:FusedMatMul", List.of(kept, head(embedding)), List.of(LOGITS), Map.of("transB", 1));
        graph.output(LOGITS, OnnxGraph.FLOAT, "batch", "kept", vocabulary);
        weights.ignore(MASKS);
        weights.requireAllRead();
        return new WrittenGraph(checkpoint.folder(), graph.toBytes(), weights.taken());
    }

    /** Returns the matrix of the logits. A tied model may store the embedding a second time. */
    private String head(String embedding) {
        if (!tied) {
            return weight(HEAD, vocabulary, width);
        }
        WeightTensor embedded = weights.taken().get(embedding);
        if (embedded != null && weights.optional(HEAD).filter(embedded::sameAs).isPresent()) {
            weights.ignore(Pattern.compile(Pattern.quote(HEAD)));
        }
        return embedding;
    }

    /** Returns, for each sequence, the place of its last token: {@code int32 [batch]}. */
    private String lengths() {
        String sum = graph.node("ReduceSum", List.of(MASK, list(1)), Map.of("keepdims", 0));
        return graph.node("Cast", List.of(graph.node("Sub", sum, list(1))), Map.of("to", OnnxGraph.INT32));
    }

    /** Returns the size of the second axis, one number. */
    private String size(String of) {
        return graph.node("Gather", graph.node("Shape", of), graph.constant(OnnxGraph.INT64, new int[0], 1));
    }

    private String attention(int layer, String at, String state, String lengths, String total) {
        String all = linear(at + "c_attn", state, width, 3 * width);
        List<String> parts = List.of(graph.fresh(), graph.fresh(), graph.fresh());
        graph.node("Split", List.of(all), parts, Map.of("axis", -1));
        String key = "past_key_values." + layer + ".key";
        String value = "past_key_values." + layer + ".value";
        String attended = graph.fresh();
        List<String> present = List.of("present." + layer + ".key", "present." + layer + ".value");
        for (String past : List.of(key, value)) {
            graph.input(past, OnnxGraph.FLOAT, "batch", heads, "past", width / heads);
        }
        for (String cached : present) {
            graph.output(cached, OnnxGraph.FLOAT, "batch", heads, "cached", width / heads);
        }
        graph.node(
                "com.microsoft:GroupQueryAttention",
                List.of(parts.get(0), parts.get(1), parts.get(2), key, value, lengths, total),
                List.of(attended, present.get(0), present.get(1)),
                Map.of("num_heads", heads, "kv_num_heads", heads));
        return linear(at + "c_proj", attended, width, width);
    }

    private String forward(String at, String state) {
        String wide = graph.node(activation, linear(at + "c_fc", state, width, inner));
        return linear(at + "c_proj", wide, inner, width);
    }

    private String linear(String at, String state, int in, int out) {
        String product = graph.node("MatMul", state, weight(at + ".weight", in, out));
        return graph.node("Add", product, weight(at + ".bias", out));
    }

    private String norm(String at, String state) {
        return graph.node(
                "LayerNormalization",
                List.of(state, weight(at + ".weight", width), weight(at + ".bias", width)),
                Map.of("axis", -1, "epsilon", epsilon));
    }

    private String weight(String name, int... shape) {
        long[] sizes = new long[shape.length];
        for (int axis = 0; axis < shape.length; axis++) {
            sizes[axis] = shape[axis];
        }
        String taken = weights.take(name, sizes);
        graph.external(taken, OnnxGraph.FLOAT, shape, Map.of("location", WrittenGraph.LOCATION));
        return taken;
    }

    private String list(long number) {
        return graph.constant(OnnxGraph.INT64, new int[] {1}, number);
    }
}
