package dev.weir.inference;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.inference.onnx.DecoderGraphs;
import dev.weir.inference.onnx.EncoderGraph;
import dev.weir.inference.onnx.EncoderTrial;
import dev.weir.inference.onnx.PrefillInterrupt;
import dev.weir.inference.schedule.BatchPolicy;
import dev.weir.inference.schedule.BatchTurns;
import dev.weir.inference.schedule.LengthBatches;
import dev.weir.inference.schedule.OrderedBatches;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.ModelFileConfig;
import dev.weir.inference.spec.ModelFolder;
import dev.weir.inference.spec.ModelOpening;
import dev.weir.inference.spec.Precision;
import dev.weir.stream.Cancellation;
import dev.weir.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * One loaded model that reads texts without generating any: it gives their embeddings, or classifies them. Thread-safe; one
 * batch is read at a time, on a thread of the executor. The caller's thread turns the texts into tokens and does not wait.
 *
 * <p>Texts are read in batches of similar length, and answered in their own order. With {@link InferenceSettings#exactBatches} a text
 * gets the same in any company: a trial at load finds whether the graph can do that, otherwise each text is read by itself.
 */
public final class TextEncoder implements LoadedModel {
    /** More do not make a processor faster: what a run computes would leave its caches. */
    private static final int MAX_BATCH_TOKENS = 512;

    private static final int MAX_BATCH_TOKENS_CUDA = 16_384;
    private static final String SAMPLE = "Water turns the old wheel. 물레방아는 천천히 돌아갑니다. 0 1 2 3!";

    private final Tokenizer tokenizer;
    private final ModelFileConfig config;
    private final EncoderGraph graph;
    private final TextClasses classes;
    private final BatchPolicy policy;
    private final int maxBatchTokens;
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

    /**
     * Texts of one call.
     *
     * @param maxTokens cuts longer texts; empty refuses those that are longer than the context
     * @param batchSize the most texts that are read together
     */
    public record Texts(List<String> texts, OptionalInt maxTokens, int batchSize) {
        public Texts {
            texts = List.copyOf(texts);
            if (batchSize < 1) {
                throw new IllegalArgumentException("batchSize must be at least 1, was " + batchSize);
            }
        }
    }

    private TextEncoder(
            Tokenizer tokenizer,
            ModelFileConfig config,
            EncoderGraph graph,
            InferenceSettings settings,
            ModelOpening opening,
            Executor executor) {
        this.tokenizer = tokenizer;
        this.config = config;
        this.graph = graph;
        this.classes = new TextClasses(config.labels(), config.independentLabels());
        this.policy = EncoderTrial.of(
                graph, opening, trialTokens(config, tokenizer), settings.exactBatches(), config.contextLength());
        this.maxBatchTokens = settings.hardware().cudaDevice().isPresent() ? MAX_BATCH_TOKENS_CUDA : MAX_BATCH_TOKENS;
        this.interrupt = new PrefillInterrupt(opening.limit());
        this.encoder = new PromptEncoder(
                tokenizer, config.vocabularySize(), config.contextLength(), String.valueOf(config.contextLength()));
        this.turns = new BatchTurns(executor, interrupt::interrupt, this::free);
    }

    /** As the other, with a plain {@link ModelOpening}. */
    public static TextEncoder open(
            ModelFolder folder, Precision precision, InferenceSettings settings, Executor executor) {
        return open(folder, precision, settings, executor, ModelOpening.plain());
    }

    /**
     * Loads a model, and tries whether it runs and which texts it may read together.
     *
     * @param executor lends one thread while there is something to read
     * @throws WeirException {@link ErrorCode#NOT_READY} if it cannot be loaded or run; the message says why. {@link
     *     ErrorCode#CANCELLED} if the opening is cancelled, {@link ErrorCode#TIMED_OUT} if a run of the graph takes too long
     */
    public static TextEncoder open(
            ModelFolder folder,
            Precision precision,
            InferenceSettings settings,
            Executor executor,
            ModelOpening opening) {
        ModelFileConfig config = ModelFileConfig.read(folder);
        Tokenizer tokenizer = Tokenizer.open(folder.path(), opening.trial());
        try {
            EncoderGraph graph = EncoderGraph.load(
                    folder.encoding(precision), settings.hardware(), config.padToken(), opening.cancellation());
            try {
                return new TextEncoder(tokenizer, config, graph, settings, opening, executor);
            } catch (RuntimeException | Error e) {
                graph.close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    /** Tokens of all the vocabulary, or of a text where its size is not known. */
    private static int[] trialTokens(ModelFileConfig config, Tokenizer tokenizer) {
        int vocabulary = config.vocabularySize();
        if (vocabulary < 2) {
            return sampleTokens(tokenizer);
        }
        int[] tokens = new int[97];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = (int) (1 + i * 7919L % (vocabulary - 1));
        }
        return tokens;
    }

    /** The tokens of a text, or the first one where the tokenizer has none for it. */
    private static int[] sampleTokens(Tokenizer tokenizer) {
        int[] first = {0};
        try {
            int[] tokens = tokenizer.encode(SAMPLE, true);
            return tokens.length == 0 ? first : tokens;
        } catch (WeirException e) {
            if (e.code() != ErrorCode.INVALID_INPUT) {
                throw e;
            }
            return first;
        }
    }

    /** Which texts are read together. */
    BatchPolicy policy() {
        return policy;
    }

    /**
     * The embeddings of {@code texts}.
     *
     * @param normalised whether each is scaled to length 1
     * @return {@code float[hiddenSize]} for each text; completes on a thread of the executor, which what follows must not hold up, and
     *     fails with {@link ErrorCode#CANCELLED} when the run ends, with {@link ErrorCode#NOT_READY} when this is closed
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if a text is longer than the context or the model gives no states
     */
    public CompletableFuture<List<float[]>> embed(
            Texts texts, Pooling pooling, boolean normalised, Cancellation cancellation) {
        String output = graph.states().orElseThrow(() -> unfit("embeddings", "last_hidden_state"));
        Function<List<int[]>, List<float[]>> reading =
                ids -> Embeddings.of(readNow(ids, output, cancellation), ids, pooling, normalised);
        return read(texts, reading, cancellation);
    }

    /**
     * What {@code texts} are, by label: probabilities, which are 1 together unless the model's labels are independent.
     *
     * @return for each text its labels, the most likely first; completes as that of {@link #embed}
     */
    public CompletableFuture<List<Map<String, Double>>> classify(Texts texts, Cancellation cancellation) {
        String output = graph.logits().orElseThrow(() -> unfit("classes", DecoderGraphs.LOGITS));
        Function<List<int[]>, List<Map<String, Double>>> reading =
                ids -> classes(readNow(ids, output, cancellation), ids.size());
        return read(texts, reading, cancellation);
    }

    private List<Map<String, Double>> classes(EncoderGraph.Output logits, int texts) {
        int labels = logits.size();
        List<Map<String, Double>> labelled = new ArrayList<>();
        for (int text = 0; text < texts; text++) {
            labelled.add(classes.of(Arrays.copyOfRange(logits.numbers(), text * labels, (text + 1) * labels)));
        }
        return labelled;
    }

    private static WeirException unfit(String wanted, String output) {
        return new WeirException(
                ErrorCode.INVALID_INPUT, "this model gives no " + wanted + ": its graph has no output " + output);
    }

    private List<int[]> encode(Texts texts, Cancellation cancellation) {
        List<int[]> all = new ArrayList<>();
        for (String text : texts.texts()) {
            cancellation.throwIfCancelled();
            int[] ids = encoder.encode(text, true, texts.maxTokens());
            if (ids.length == 0) {
                throw new WeirException(ErrorCode.INVALID_INPUT, "the input is empty, and has no token to read");
            }
            all.add(ids);
        }
        return all;
    }

    private <T> CompletableFuture<List<T>> read(
            Texts texts, Function<List<int[]>, List<T>> reading, Cancellation cancellation) {
        List<int[]> ids = encode(texts, cancellation);
        List<int[]> batches = LengthBatches.of(ids, policy, texts.batchSize(), maxBatchTokens);
        return new OrderedBatches<>(ids, batches, reading, turns, cancellation).begin();
    }

    /** Reads a batch whose turn has come. */
    private EncoderGraph.Output readNow(List<int[]> ids, String output, Cancellation cancellation) {
        return graph.run(ids, output, interrupt, () -> {
            // An interrupt before this was for nothing: what it was meant for is seen here.
            cancellation.throwIfCancelled();
            if (turns.isClosed()) {
                throw BatchTurns.closedFailure();
            }
        });
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
