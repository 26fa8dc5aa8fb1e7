package dev.weir.inference.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.inference.spec.Hardware;
import dev.weir.stream.Cancellation;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The graph of a model that only reads texts. Used by one thread at a time, because its runs share the memory of their inputs.
 */
public final class EncoderGraph implements AutoCloseable {
    private static final String TYPES = "token_type_ids";
    private static final List<String> KNOWN = List.of(DecoderGraphs.IDS, DecoderGraphs.MASK, TYPES);
    private static final List<String> STATES = List.of("last_hidden_state", "token_embeddings");

    private final Graph graph;
    private final int padToken;
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final StepBuffers buffers = new StepBuffers(environment, OnnxJavaType.FLOAT, 1);

    private EncoderGraph(Graph graph, int padToken) {
        this.graph = graph;
        this.padToken = padToken;
    }

    /** The output of a run for one batch. */
    public static final class Output {
        private final float[] numbers;
        private final int size;

        Output(float[] numbers, int size) {
            this.numbers = numbers;
            this.size = size;
        }

        /**
         * Returns the numbers, one text after the other: hidden states as {@code float[texts][longest][size]}, logits as {@code
         * float[texts][size]}.
         */
        public float[] numbers() {
            return numbers;
        }

        /** Returns how many numbers a token (of hidden states) or a text (of logits) has. */
        public int size() {
            return size;
        }
    }

    /**
     * Loads a graph. Blocks. A cancellation takes effect before or after the loading only, because ONNX Runtime cannot interrupt
     * it.
     *
     * @param padToken fills up texts that are shorter than others in their batch
     * @throws WeirException {@link ErrorCode#NOT_READY} if it cannot be loaded or takes inputs that an encoder does not have;
     *     {@link ErrorCode#CANCELLED} if the loading is cancelled
     */
    public static EncoderGraph load(Path file, Hardware hardware, int padToken, Cancellation cancellation) {
        cancellation.throwIfCancelled();
        Graph graph = Graph.load(new GraphSource.OnnxFile(file), hardware);
        try {
            cancellation.throwIfCancelled();
            check(graph);
            return new EncoderGraph(graph, padToken);
        } catch (RuntimeException | Error e) {
            graph.close();
            throw e;
        }
    }

    private static void check(Graph graph) {
        List<String> unknown = graph.inputs().keySet().stream()
                .filter(input -> !KNOWN.contains(input))
                .toList();
        if (!unknown.isEmpty()) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "the model's graph takes inputs that an encoder has not: " + String.join(", ", unknown));
        }
    }

    /** Returns the name of the output with a hidden state for each token; empty if there is none. */
    public Optional<String> states() {
        return graph.outputs().keySet().stream().filter(STATES::contains).findFirst();
    }

    /** Returns the name of the output with a logit for each label; empty if there is none. */
    public Optional<String> logits() {
        return Optional.of(DecoderGraphs.LOGITS).filter(graph.outputs()::containsKey);
    }

    /** Returns whether the graph has an attention mask, which marks padding. */
    boolean takesMask() {
        return graph.takes(DecoderGraphs.MASK);
    }

    /**
     * Reads a batch. Shorter texts are padded at their ends. Blocks for one run of the graph.
     *
     * @param options with these another thread can end the run
     * @throws WeirException {@link ErrorCode#INTERNAL} if the output does not have a row for each text
     */
    public Output run(List<int[]> ids, String output, OrtSession.RunOptions options) throws OrtException {
        int longest = longest(ids);
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            for (String input : graph.inputs().keySet()) {
                inputs.put(input, buffers.longs(input, ids.size(), longest, filling(input, ids)));
            }
            try (OrtSession.Result result = graph.run(inputs, Set.of(output), Map.of(), options)) {
                return output(output, (OnnxTensor) result.get(0), ids.size(), longest);
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private Output output(String name, OnnxTensor tensor, int texts, int longest) {
        long[] shape = tensor.getInfo().getShape();
        long[] wanted = name.equals(DecoderGraphs.LOGITS) ? new long[] {texts} : new long[] {texts, longest};
        if (shape.length != wanted.length + 1 || !Arrays.equals(Arrays.copyOf(shape, wanted.length), wanted)) {
            throw new WeirException(
                    ErrorCode.INTERNAL,
                    "the model's output " + name + " has the shape " + Arrays.toString(shape) + " for " + texts
                            + " texts of " + longest + " tokens: export the model for its task");
        }
        FloatBuffer buffer = tensor.getFloatBuffer();
        if (buffer == null) {
            throw new WeirException(
                    ErrorCode.INTERNAL, "the model's output " + name + " is " + tensor.getInfo().type + ", not float");
        }
        float[] numbers = new float[buffer.remaining()];
        buffer.get(numbers);
        return new Output(numbers, (int) shape[wanted.length]);
    }

    /**
     * Reads a batch within {@code interrupt}, which may end the run.
     *
     * @param check called when an interrupt would already end the run; throws if the result is not wanted
     */
    public Output run(List<int[]> ids, String output, RunInterrupt interrupt, Runnable check) {
        Output[] read = new Output[1];
        try {
            interrupt.during(() -> false, options -> {
                check.run();
                read[0] = run(ids, output, options);
            });
        } catch (OrtException e) {
            throw failed(e);
        }
        return read[0];
    }

    static WeirException failed(OrtException e) {
        return new WeirException(ErrorCode.INTERNAL, "the model failed: " + e.getMessage(), e);
    }

    /** Returns the number of tokens of the longest text; 0 without texts. */
    public static int longest(List<int[]> ids) {
        return ids.stream().mapToInt(each -> each.length).max().orElse(0);
    }

    private StepBuffers.Filling filling(String input, List<int[]> ids) {
        return switch (input) {
            case DecoderGraphs.IDS -> (row, column) -> column < ids.get(row).length ? ids.get(row)[column] : padToken;
            case DecoderGraphs.MASK -> (row, column) -> column < ids.get(row).length ? 1 : 0;
            default -> (row, column) -> 0;
        };
    }

    @Override
    public void close() {
        graph.close();
    }
}
