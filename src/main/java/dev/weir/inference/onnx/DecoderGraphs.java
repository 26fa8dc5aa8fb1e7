package dev.weir.inference.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.inference.spec.Hardware;
import dev.weir.inference.spec.ModelFileConfig;
import dev.weir.stream.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The graphs of one model. Exporters differ in their layout; the inputs and outputs show it.
 *
 * @param encoder reads the input of an encoder-decoder
 * @param first begins a sequence
 * @param next continues a sequence with a cache; the same as {@code first} where one graph does both
 * @param cache the tensors of the cache
 * @param inPlace true if the graph writes the cache where it reads it (GroupQueryAttention)
 */
public record DecoderGraphs(Optional<Graph> encoder, Graph first, Graph next, List<CacheTensor> cache, boolean inPlace)
        implements AutoCloseable {
    static final String IDS = "input_ids";
    static final String MASK = "attention_mask";
    static final String POSITIONS = "position_ids";
    static final String SOURCE = "encoder_hidden_states";
    static final String SOURCE_MASK = "encoder_attention_mask";
    static final String CACHED = "use_cache_branch";
    static final String KEPT_LOGITS = "num_logits_to_keep";
    public static final String LOGITS = "logits";
    private static final Set<OnnxJavaType> LOGITS_TYPES =
            Set.of(OnnxJavaType.FLOAT, OnnxJavaType.FLOAT16, OnnxJavaType.BFLOAT16);
    private static final Set<String> KNOWN = Set.of(IDS, MASK, POSITIONS, SOURCE, SOURCE_MASK, CACHED, KEPT_LOGITS);

    public DecoderGraphs {
        cache = List.copyOf(cache);
    }

    /**
     * Loads the graphs and checks their inputs and outputs.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if they cannot be loaded, or if they are not a decoder with a cache;
     *     {@link ErrorCode#CANCELLED} if the loading is cancelled
     */
    static DecoderGraphs load(
            DecoderSources sources, ModelFileConfig config, Hardware hardware, Cancellation cancellation) {
        List<Graph> loaded = new ArrayList<>();
        try {
            Optional<Graph> encoder = sources.encoder().map(source -> load(source, hardware, cancellation, loaded));
            Graph first = load(sources.first(), hardware, cancellation, loaded);
            Graph next = sources.next()
                    .map(source -> load(source, hardware, cancellation, loaded))
                    .orElse(first);
            List<CacheTensor> cache = cache(next, sources, config);
            check(first, sources.first(), cache, sources.next().isPresent());
            return new DecoderGraphs(
                    encoder, first, next, cache, sources.first().names("GroupQueryAttention"));
        } catch (RuntimeException | Error e) {
            loaded.forEach(graph -> close(graph, e));
            throw e;
        }
    }

    /** Closes a graph. Its failure does not keep the other graphs open. */
    private static void close(Graph graph, Throwable failure) {
        try {
            graph.close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private static Graph load(GraphSource source, Hardware hardware, Cancellation cancellation, List<Graph> loaded) {
        cancellation.throwIfCancelled();
        Graph graph = Graph.load(source, hardware);
        loaded.add(graph);
        return graph;
    }

    private static List<CacheTensor> cache(Graph graph, DecoderSources sources, ModelFileConfig config) {
        List<CacheTensor> cache = new ArrayList<>();
        Set<String> unknown = new TreeSet<>();
        for (Map.Entry<String, TensorInfo> input : graph.inputs().entrySet()) {
            if (input.getKey().startsWith(CacheTensor.PAST)) {
                cache.add(CacheTensor.of(input.getKey(), input.getValue(), config));
            } else if (!KNOWN.contains(input.getKey())) {
                unknown.add(input.getKey());
            }
        }
        GraphSource source = sources.next().orElse(sources.first());
        if (!unknown.isEmpty()) {
            throw fault(source, "takes inputs that Weir does not know: " + String.join(", ", unknown));
        }
        boolean grows = cache.stream()
                .filter(tensor -> !tensor.cross())
                .allMatch(tensor -> graph.outputs().containsKey(tensor.present()));
        if (cache.isEmpty() || !grows) {
            throw fault(
                    source,
                    "has no key-value cache: export the model with its past (--task text-generation-with-past"
                            + " or text2text-generation-with-past)");
        }
        return cache;
    }

    private static void check(Graph first, GraphSource source, List<CacheTensor> cache, boolean apart) {
        if (!first.takes(IDS) || !first.outputs().containsKey(LOGITS)) {
            throw fault(source, "does not turn input_ids into logits");
        }
        TensorInfo logits = first.outputs().get(LOGITS);
        if (logits.getShape().length != 3 || !LOGITS_TYPES.contains(logits.type)) {
            throw fault(
                    source,
                    "gives logits of a wrong form (must be numbers of 16 or 32 bits with 3 axes, are " + logits.type
                            + " with " + logits.getShape().length + "): take another export");
        }
        for (CacheTensor tensor : cache) {
            if (!first.outputs().containsKey(tensor.present())) {
                throw fault(source, "does not give " + tensor.present() + (apart ? ", which its twin needs" : ""));
            }
        }
    }

    private static WeirException fault(GraphSource source, String fault) {
        return new WeirException(ErrorCode.NOT_READY, "the model's graph " + source + " " + fault);
    }

    /** Returns true if one graph begins and continues sequences in the same way. Then a prompt may be read in pieces. */
    boolean uniform() {
        return first == next && !first.takes(CACHED);
    }

    /** Returns the type and shape of the logits. */
    TensorInfo logits() {
        return Objects.requireNonNull(
                first.outputs().get(LOGITS), "a graph without logits is refused when it is loaded");
    }

    /**
     * Returns the number of logits per token, by the graph or otherwise by the configuration.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if neither declares it, or if it is out of range
     */
    int vocabularySize(ModelFileConfig config) {
        long[] shape = logits().getShape();
        long declared = shape[shape.length - 1];
        long size = declared > 0 ? declared : config.vocabularySize();
        if (size < 1 || size > ModelFileConfig.MOST_TOKENS) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "vocab_size of the model is out of range (must be from 1 to " + ModelFileConfig.MOST_TOKENS
                            + ", was "
                            + size
                            + " in config.json or the graph): get the model's files anew, or take another model");
        }
        return (int) size;
    }

    @Override
    public void close() {
        encoder.ifPresent(Graph::close);
        first.close();
        if (next != first) {
            next.close();
        }
    }
}
