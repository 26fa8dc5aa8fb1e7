package dev.weir.inference.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run of a decoder's graph: its inputs and outputs. They are views of longer-lived buffers and are closed with the run. */
final class GraphRun implements AutoCloseable {
    private final OrtEnvironment environment;
    private final Graph graph;
    private final StepBuffers buffers;
    private final KeyValueCache cache;
    private final int count;
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> outputs = new HashMap<>();
    /** Owned by the caller, not closed with this run; null if no encoder has run. */
    private final @Nullable OnnxTensor source;

    /**
     * Creates a run.
     *
     * @param cache the keys and values of the tokens that the rows have read
     * @param count the number of tokens that each row reads now
     * @param source the encoder's output, for the first run of an encoder-decoder; otherwise null
     */
    GraphRun(
            OrtEnvironment environment,
            Graph graph,
            StepBuffers buffers,
            KeyValueCache cache,
            int count,
            @Nullable OnnxTensor source) {
        this.environment = environment;
        this.graph = graph;
        this.buffers = buffers;
        this.cache = cache;
        this.count = count;
        this.source = source;
    }

    /** Runs the graph; afterwards the cache's rows are {@code count} positions longer. */
    void run(StepBuffers.Filling ids, int logitsPlace, boolean inPlace, OrtSession.RunOptions options)
            throws OrtException {
        int rows = cache.rows();
        boolean first = cache.length(0) == 0;
        inputs.put(DecoderGraphs.IDS, buffers.longs(DecoderGraphs.IDS, rows, count, ids));
        addMasks(rows, inPlace);
        if (graph.takes(DecoderGraphs.CACHED)) {
            inputs.put(DecoderGraphs.CACHED, OnnxTensor.createTensor(environment, new boolean[] {!first}));
        }
        TensorInfo taken = graph.inputs().get(DecoderGraphs.SOURCE);
        if (taken != null) {
            inputs.put(DecoderGraphs.SOURCE, source == null ? nothing(taken) : source);
        }
        boolean takesPasts = graph.inputs().keySet().stream().anyMatch(name -> name.startsWith(CacheTensor.PAST));
        cache.bind(environment, count, first, takesPasts, inputs, outputs);
        if (graph.takes(DecoderGraphs.KEPT_LOGITS)) {
            inputs.put(DecoderGraphs.KEPT_LOGITS, OnnxTensor.createTensor(environment, (long) count));
        }
        outputs.put(DecoderGraphs.LOGITS, buffers.logits(logitsPlace, rows, count));
        graph.run(inputs, Set.of(), outputs, options).close();
        cache.grown(count);
    }

    private void addMasks(int rows, boolean inPlace) throws OrtException {
        if (graph.takes(DecoderGraphs.MASK)) {
            int stride = inPlace ? longest(rows) : cache.stride();
            inputs.put(DecoderGraphs.MASK, buffers.longs(DecoderGraphs.MASK, rows, stride + count, (row, column) -> {
                int length = cache.length(row);
                boolean read = inPlace ? column < length + count : column >= stride - length;
                return read ? 1 : 0;
            }));
        }
        if (graph.takes(DecoderGraphs.POSITIONS)) {
            inputs.put(
                    DecoderGraphs.POSITIONS,
                    buffers.longs(DecoderGraphs.POSITIONS, rows, count, (row, column) -> cache.length(row) + column));
        }
        if (graph.takes(DecoderGraphs.SOURCE_MASK)) {
            inputs.put(
                    DecoderGraphs.SOURCE_MASK,
                    buffers.longs(
                            DecoderGraphs.SOURCE_MASK,
                            rows,
                            cache.crossStride(),
                            (row, column) -> column < cache.crossLength(row) ? 1 : 0));
        }
    }

    private int longest(int rows) {
        int longest = 0;
        for (int row = 0; row < rows; row++) {
            longest = Math.max(longest, cache.length(row));
        }
        return longest;
    }

    /** Returns zeros in place of the encoder's output, for steps that take its keys and values from the cache. */
    private OnnxTensor nothing(TensorInfo info) throws OrtException {
        long width = Math.max(1, info.getShape()[2]);
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) width * info.type.size);
        return OnnxTensor.createTensor(environment, zeros, new long[] {1, 1, width}, info.type);
    }

    @Override
    public void close() {
        inputs.values().stream().filter(tensor -> tensor != source).forEach(OnnxTensor::close);
        outputs.values().forEach(OnnxTensor::close);
    }
}
