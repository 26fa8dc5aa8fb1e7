package dev.weir.inference.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.graph.WrittenGraph;
import dev.weir.inference.schedule.BatchPolicy;
import dev.weir.inference.schedule.Decoder;
import dev.weir.inference.schedule.Prompt;
import dev.weir.inference.schedule.Row;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.ModelFileConfig;
import dev.weir.inference.spec.ModelFolder;
import dev.weir.inference.spec.ModelOpening;
import dev.weir.inference.spec.RunLimit;
import dev.weir.stream.Cancellation;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A model on ONNX Runtime: a decoder-only model or an encoder-decoder, with its sequences in batches.
 *
 * <p>A prompt is read alone, in a cache of one row. The content of that cache then joins a batch. Each step runs every batch that
 * has a wanted row; other rows of these batches are first moved to the heap. Tensors are views of direct buffers: made for one
 * run and closed after it. Therefore only the sessions of ONNX Runtime outlive a call.
 */
public final class OnnxDecoder implements Decoder {
    private static final Logger LOG = System.getLogger(OnnxDecoder.class.getName());
    /** The most prompt tokens of one run. */
    static final int PREFILL_TOKENS = 128;
    /** The prompt tokens between two steps, for an encoder-decoder: an encoder cannot read its input in pieces. */
    private static final int ENCODER_PREFILL_TOKENS = 512;
    /** The most numbers of the logits of one piece of a prompt. */
    private static final int PREFILL_LOGITS = 1 << 24;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final DecoderGraphs graphs;
    private final int vocabularySize;
    private final StepBuffers buffers;
    private final RunInterrupt interrupt;
    private final KeyValueCache reading;
    private final Batches batches;
    /** For each row of the last step, the place of its logits, or the failure. */
    private int[] places = new int[0];

    private @Nullable WeirException[] failures = new WeirException[0];

    private BooleanSupplier unwanted = () -> false;

    private OnnxDecoder(DecoderGraphs graphs, ModelFileConfig config, RunLimit limit) {
        this.interrupt = new RunInterrupt(limit);
        this.graphs = graphs;
        this.vocabularySize = graphs.vocabularySize(config);
        this.buffers = new StepBuffers(environment, graphs.logits().type, vocabularySize);
        this.reading = new KeyValueCache(graphs.cache(), graphs.inPlace(), true);
        this.batches = new Batches(graphs.cache(), graphs.inPlace());
    }

    /** Loads a model with a plain {@link ModelOpening}; otherwise as the other {@code load}. */
    public static OnnxDecoder load(ModelFolder.Decoding files, ModelFileConfig config, InferenceSettings settings) {
        return load(files, config, settings, ModelOpening.plain());
    }

    /**
     * Loads a model, and finds by a trial whether it runs and which sequences may share a batch. Blocks.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if it cannot be loaded or run, with the reason; {@link
     *     ErrorCode#CANCELLED} if the opening is cancelled; {@link ErrorCode#TIMED_OUT} if a run of the graph takes too long
     */
    public static OnnxDecoder load(
            ModelFolder.Decoding files, ModelFileConfig config, InferenceSettings settings, ModelOpening opening) {
        return load(DecoderSources.of(files), config, settings, opening);
    }

    /** Loads a decoder-only model that was written for a checkpoint; otherwise as the other {@code load}. */
    public static OnnxDecoder load(
            WrittenGraph decoder, ModelFileConfig config, InferenceSettings settings, ModelOpening opening) {
        return load(DecoderSources.of(decoder), config, settings, opening);
    }

    private static OnnxDecoder load(
            DecoderSources sources, ModelFileConfig config, InferenceSettings settings, ModelOpening opening) {
        DecoderGraphs graphs = DecoderGraphs.load(sources, config, settings.hardware(), opening.cancellation());
        try {
            OnnxDecoder decoder = new OnnxDecoder(graphs, config, opening.limit());
            decoder.endWhen(opening.cancellation()::isCancelled);
            Cancellation.Registration cancelling = opening.cancellation().onCancel(decoder::interrupt);
            try {
                decoder.setPolicy(
                        BatchTrial.policy(decoder, graphs.encoder().isPresent(), config, settings.exactBatches()));
            } finally {
                cancelling.close();
            }
            decoder.endWhen(() -> false);
            LOG.log(Level.DEBUG, "{0}: {1}", sources.first(), decoder.policy());
            return decoder;
        } catch (RuntimeException | Error e) {
            graphs.close();
            throw e;
        }
    }

    @Override
    public void endWhen(BooleanSupplier unwanted) {
        this.unwanted = unwanted;
    }

    @Override
    public int vocabularySize() {
        return vocabularySize;
    }

    /**
     * {@inheritDoc}
     *
     * <p>The size of the cache counts twice: a step reads one copy and writes another, or slots are twice as long as their
     * content.
     */
    @Override
    public long rowBytes(Prompt prompt, int newTokens) {
        int tokens = prompt.begin().length + newTokens;
        long cache = graphs.cache().stream()
                .mapToLong(tensor -> tensor.rowBytes(tokens, prompt.source().length))
                .sum();
        return 2 * (cache + (long) vocabularySize * Float.BYTES);
    }

    @Override
    public int prefillTokens() {
        return graphs.encoder().isPresent() ? ENCODER_PREFILL_TOKENS : PREFILL_TOKENS;
    }

    /** Returns the rule for the sequences of a batch. */
    BatchPolicy policy() {
        return batches.policy();
    }

    /** Sets the rule for the sequences of a batch. Call it only while there are no sequences. */
    void setPolicy(BatchPolicy policy) {
        batches.setPolicy(policy);
    }

    @Override
    public boolean prefill(Row row, float[] logits) {
        int[] ids = row.prompt.begin();
        int from = row.read;
        int piece =
                graphs.uniform() ? Math.max(1, Math.min(PREFILL_TOKENS, PREFILL_LOGITS / vocabularySize)) : ids.length;
        int to = Math.min(ids.length, from + piece);
        try {
            interrupt.during(unwanted, options -> read(row, from, to, options));
        } catch (OrtException e) {
            throw failed(e);
        }
        row.read = to;
        if (to < ids.length) {
            return false;
        }
        buffers.read(to - from - 1, logits);
        batches.join(row, reading, 0);
        return true;
    }

    /** Reads a piece of a prompt into {@link #reading}. */
    private void read(Row row, int from, int to, OrtSession.RunOptions options) throws OrtException {
        buffers.reserveLogits(to - from);
        StepBuffers.Filling ids = (one, column) -> row.prompt.begin()[from + column];
        if (from > 0) {
            run(graphs.next(), reading, to - from, ids, 0, null, options);
            return;
        }
        reading.reset(row.prompt.source().length);
        if (graphs.encoder().isEmpty()) {
            run(graphs.first(), reading, to, ids, 0, null, options);
            return;
        }
        try (OrtSession.Result encoded = encode(graphs.encoder().get(), row.prompt.source(), options)) {
            run(graphs.first(), reading, to, ids, 0, (OnnxTensor) encoded.get(0), options);
        }
    }

    private OrtSession.Result encode(Graph encoder, int[] source, OrtSession.RunOptions options) throws OrtException {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            inputs.put(
                    DecoderGraphs.IDS,
                    buffers.longs(DecoderGraphs.IDS, 1, source.length, (row, column) -> source[column]));
            if (encoder.takes(DecoderGraphs.MASK)) {
                inputs.put(DecoderGraphs.MASK, buffers.longs(DecoderGraphs.MASK, 1, source.length, (row, column) -> 1));
            }
            String output = encoder.outputs().keySet().iterator().next();
            return encoder.run(inputs, Set.of(output), Map.of(), options);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    @Override
    public void step(List<Row> rows, int[] tokens) {
        places = new int[rows.size()];
        failures = new WeirException[rows.size()];
        Map<Row, Integer> wanted = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            wanted.put(rows.get(i), i);
        }
        buffers.reserveLogits(rows.size());
        int place = 0;
        for (Batch batch : batches.of(rows, wanted.keySet())) {
            int[] indices = batch.rows.stream().mapToInt(wanted::get).toArray();
            step(batch, indices, tokens, place);
            place += indices.length;
        }
    }

    private void step(Batch batch, int[] indices, int[] tokens, int place) {
        for (int i = 0; i < indices.length; i++) {
            places[indices[i]] = place + i;
        }
        try {
            StepBuffers.Filling ids = (row, column) -> tokens[indices[row]];
            interrupt.during(unwanted, options -> run(graphs.next(), batch.cache, 1, ids, place, null, options));
        } catch (OrtException | RuntimeException e) {
            WeirException failure = e instanceof OrtException ort ? failed(ort) : WeirException.of(e);
            Arrays.stream(indices).forEach(index -> failures[index] = failure);
        }
    }

    private void run(
            Graph graph,
            KeyValueCache cache,
            int count,
            StepBuffers.Filling ids,
            int place,
            @Nullable OnnxTensor source,
            OrtSession.RunOptions options)
            throws OrtException {
        try (GraphRun run = new GraphRun(environment, graph, buffers, cache, count, source)) {
            run.run(ids, place, graphs.inPlace(), options);
        }
    }

    @Override
    public void logits(int index, float[] into) {
        WeirException failure = failures[index];
        if (failure != null) {
            throw failure;
        }
        buffers.read(places[index], into);
    }

    @Override
    public Row fork(Row row) {
        return batches.fork(row);
    }

    @Override
    public void rearrange(List<Row> rows, int[] sources) {
        batches.rearrange(rows, sources);
    }

    @Override
    public void release(Row row) {
        batches.release(row);
    }

    @Override
    public void interrupt() {
        interrupt.interrupt();
    }

    private static WeirException failed(OrtException cause) {
        return new WeirException(ErrorCode.INTERNAL, "the model failed: " + cause.getMessage(), cause);
    }

    @Override
    public void close() {
        graphs.close();
    }
}
