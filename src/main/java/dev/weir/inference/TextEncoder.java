package dev.weir.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Cancellation;
import dev.weir.tokenizer.Tokenizer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * One loaded model that reads texts without generating any: it gives their embeddings, or classifies them. Thread-safe; one
 * batch is read at a time, on a thread of the executor. The caller's thread turns the texts into tokens and does not wait.
 */
public final class TextEncoder implements LoadedModel {
    private static final String TYPES = "token_type_ids";
    private static final List<String> KNOWN = List.of(DecoderGraphs.IDS, DecoderGraphs.MASK, TYPES);
    private static final List<String> STATES = List.of("last_hidden_state", "token_embeddings");

    private final Tokenizer tokenizer;
    private final ModelConfig config;
    private final Graph graph;
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final PrefillInterrupt interrupt;
    private final BatchTurns turns;
    private final PromptEncoder encoder;

    /** How the states of a text's tokens become one embedding. */
    public enum Pooling {
        /** Their mean. */
        MEAN,
        /** The state of the first token. */
        CLS
    }

    private TextEncoder(Tokenizer tokenizer, ModelConfig config, Graph graph, RunLimit limit, Executor executor) {
        this.interrupt = new PrefillInterrupt(limit);
        this.tokenizer = tokenizer;
        this.config = config;
        this.graph = graph;
        this.encoder = new PromptEncoder(tokenizer, config.contextLength(), String.valueOf(config.contextLength()));
        this.turns = new BatchTurns(executor, interrupt::interrupt, this::free);
    }

    /** As the other, with a plain {@link ModelOpening}. */
    public static TextEncoder open(ModelFolder folder, Precision precision, Hardware hardware, Executor executor) {
        return open(folder, precision, hardware, executor, ModelOpening.plain());
    }

    /**
     * Loads a model.
     *
     * @param executor lends one thread while there is something to read
     * @throws WeirException {@link ErrorCode#NOT_READY} if it cannot be loaded; the message says why
     */
    public static TextEncoder open(
            ModelFolder folder, Precision precision, Hardware hardware, Executor executor, ModelOpening opening) {
        ModelConfig config = ModelConfig.read(folder);
        Tokenizer tokenizer = Tokenizer.open(folder.path(), opening.trial());
        try {
            Graph graph = Graph.load(folder.encoding(precision), hardware);
            try {
                opening.cancellation().throwIfCancelled();
                check(graph);
                return new TextEncoder(tokenizer, config, graph, opening.limit(), executor);
            } catch (RuntimeException | Error e) {
                graph.close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            tokenizer.close();
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

    /**
     * The embeddings of {@code texts}.
     *
     * @param normalised whether each is scaled to length 1
     * @param maxTokens cuts longer texts; empty refuses those that are longer than the context
     * @return {@code float[hiddenSize]} for each text; completes on a thread of the executor, which what follows must not hold up, and
     *     fails with {@link ErrorCode#CANCELLED} when the run ends, with {@link ErrorCode#NOT_READY} when this is closed
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if a text is longer than the context or the model gives no states
     */
    public CompletableFuture<List<float[]>> embed(
            List<String> texts, Pooling pooling, boolean normalised, OptionalInt maxTokens, Cancellation cancellation) {
        String output = graph.outputs().keySet().stream()
                .filter(STATES::contains)
                .findFirst()
                .orElseThrow(() -> unfit("embeddings", "last_hidden_state"));
        List<int[]> ids = encode(texts, maxTokens);
        return turns.read(() -> embeddings(run(ids, output, cancellation), ids, pooling, normalised), cancellation);
    }

    private static List<float[]> embeddings(float[] states, List<int[]> ids, Pooling pooling, boolean normalised) {
        int longest = longest(ids);
        int size = states.length / (ids.size() * longest);
        List<float[]> embeddings = new ArrayList<>();
        for (int text = 0; text < ids.size(); text++) {
            int count = pooling == Pooling.CLS ? 1 : ids.get(text).length;
            float[] embedding = mean(states, text * longest * size, count, size);
            embeddings.add(normalised ? unit(embedding) : embedding);
        }
        return embeddings;
    }

    /**
     * What {@code texts} are, by label: probabilities, which are 1 together unless the model's labels are independent.
     *
     * @param maxTokens cuts longer texts; empty refuses those that are longer than the context
     * @return for each text its labels, the most likely first; completes as that of {@link #embed}
     */
    public CompletableFuture<List<Map<String, Double>>> classify(
            List<String> texts, OptionalInt maxTokens, Cancellation cancellation) {
        if (!graph.outputs().containsKey(DecoderGraphs.LOGITS)) {
            throw unfit("classes", DecoderGraphs.LOGITS);
        }
        List<int[]> ids = encode(texts, maxTokens);
        return turns.read(() -> classes(run(ids, DecoderGraphs.LOGITS, cancellation), ids.size()), cancellation);
    }

    private List<Map<String, Double>> classes(float[] logits, int texts) {
        int labels = logits.length / texts;
        List<Map<String, Double>> classes = new ArrayList<>();
        for (int text = 0; text < texts; text++) {
            classes.add(labelled(Arrays.copyOfRange(logits, text * labels, (text + 1) * labels)));
        }
        return classes;
    }

    private Map<String, Double> labelled(float[] logits) {
        double[] odds = new double[logits.length];
        double sum = 0;
        float highest = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            highest = Math.max(highest, logit);
        }
        boolean apart = config.independentLabels() || logits.length == 1;
        for (int label = 0; label < logits.length; label++) {
            odds[label] = apart ? 1 / (1 + Math.exp(-logits[label])) : Math.exp(logits[label] - highest);
            sum += odds[label];
        }
        List<Map.Entry<String, Double>> named = new ArrayList<>();
        for (int label = 0; label < logits.length; label++) {
            String name = label < config.labels().size() ? config.labels().get(label) : "LABEL_" + label;
            named.add(Map.entry(name, apart ? odds[label] : odds[label] / sum));
        }
        named.sort(Map.Entry.<String, Double>comparingByValue().reversed());
        Map<String, Double> labelled = new LinkedHashMap<>();
        named.forEach(each -> labelled.put(each.getKey(), each.getValue()));
        return labelled;
    }

    private static WeirException unfit(String wanted, String output) {
        return new WeirException(
                ErrorCode.INVALID_INPUT, "this model gives no " + wanted + ": its graph has no output " + output);
    }

    private List<int[]> encode(List<String> texts, OptionalInt maxTokens) {
        List<int[]> all = new ArrayList<>();
        for (String text : texts) {
            int[] ids = encoder.encode(text, true, maxTokens);
            if (ids.length == 0) {
                throw new WeirException(ErrorCode.INVALID_INPUT, "the input is empty, and has no token to read");
            }
            all.add(ids);
        }
        return all;
    }

    private static int longest(List<int[]> ids) {
        return ids.stream().mapToInt(each -> each.length).max().orElse(0);
    }

    /** Reads a batch, shorter texts padded at their ends; an output's numbers. */
    private float[] run(List<int[]> ids, String output, Cancellation cancellation) {
        StepBuffers buffers = new StepBuffers(environment, OnnxJavaType.FLOAT, 1);
        int longest = longest(ids);
        Map<String, OnnxTensor> inputs = new HashMap<>();
        float[][] numbers = new float[1][];
        try {
            for (String input : graph.inputs().keySet()) {
                inputs.put(input, buffers.longs(input, ids.size(), longest, filling(input, ids)));
            }
            interrupt.during(() -> false, options -> {
                // An interrupt before this was for nothing: what it was meant for is seen here.
                cancellation.throwIfCancelled();
                if (turns.isClosed()) {
                    throw BatchTurns.closedFailure();
                }
                try (OrtSession.Result result = graph.run(inputs, Set.of(output), Map.of(), options)) {
                    numbers[0] = floats((OnnxTensor) result.get(0));
                }
            });
        } catch (OrtException e) {
            throw new WeirException(ErrorCode.INTERNAL, "the model failed: " + e.getMessage(), e);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
        return numbers[0];
    }

    private StepBuffers.Filling filling(String input, List<int[]> ids) {
        return switch (input) {
            case DecoderGraphs.IDS ->
                (row, column) -> column < ids.get(row).length ? ids.get(row)[column] : config.padToken();
            case DecoderGraphs.MASK -> (row, column) -> column < ids.get(row).length ? 1 : 0;
            default -> (row, column) -> 0;
        };
    }

    private static float[] floats(OnnxTensor tensor) {
        FloatBuffer buffer = tensor.getFloatBuffer();
        float[] floats = new float[buffer.remaining()];
        buffer.get(floats);
        return floats;
    }

    private static float[] mean(float[] states, int from, int count, int size) {
        float[] mean = new float[size];
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (int token = 0; token < count; token++) {
                sum += states[from + token * size + i];
            }
            mean[i] = (float) (sum / count);
        }
        return mean;
    }

    private static float[] unit(float[] vector) {
        double square = 0;
        for (float number : vector) {
            square += (double) number * number;
        }
        // As PyTorch's normalize, which keeps a vector of zeros.
        double length = Math.max(Math.sqrt(square), 1e-12);
        float[] unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }

    @Override
    public int contextLength() {
        return config.contextLength();
    }

    /** Waits for the batch that is being read, which is broken off, and for no other. */
    @Override
    public void close() {
        turns.close();
    }

    private void free() {
        try {
            graph.close();
        } finally {
            tokenizer.close();
        }
    }
}
