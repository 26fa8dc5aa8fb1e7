package dev.weir.inference;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.inference.onnx.DecoderGraphs;
import dev.weir.inference.onnx.EncoderGraph;
import dev.weir.inference.onnx.EncoderTrial;
import dev.weir.inference.onnx.RunInterrupt;
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
import dev.weir.stream.WrittenSummary;
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
 * A loaded model that reads texts and generates none: it embeds or classifies them. Thread-safe.
 *
 * <p>The calling thread turns the texts into tokens and does not wait. The model reads one batch at a time, on a thread of the
 * executor.
 *
 * <p>Batches hold texts of similar length. Results come in the order of the texts. With {@link InferenceSettings#exactBatches}
 * the result for a text does not depend on the rest of its batch. A trial at load checks whether the graph can do that; otherwise
 * each text is read alone.
 */
public final class TextEncoder implements LoadedModel {
    /** On a CPU larger batches are not faster: the intermediate results would no longer fit into the processor's caches. */
    private static final int MAX_BATCH_TOKENS = 512;

    private static final int MAX_BATCH_TOKENS_CUDA = 16_384;
    private static final String SAMPLE = "Water turns the old wheel. 물레방아는 천천히 돌아갑니다. 0 1 2 3!";

    private final Tokenizer tokenizer;
    private final ModelFileConfig config;
    private final EncoderGraph graph;
    private final TextClasses classes;
    private final BatchPolicy policy;
    private final int maxBatchTokens;
    private final RunInterrupt interrupt;
    private final BatchTurns turns;
    private final PromptEncoder encoder;

    /** The way in which the hidden states of a text's tokens become one embedding. */
    public enum Pooling {
        /** The mean of all states. */
        MEAN,
        /** The state of the first token. */
        CLS,
        /** The largest number of all states, by position. */
        MAX
    }

    /**
     * The texts of one call.
     *
     * @param maxTokens the length to which longer texts are cut; empty refuses texts that are longer than the context
     * @param batchSize the most texts of a batch, at least 1
     * @param summary the number of tokens is added to it when the texts are encoded
     */
    public record Texts(List<String> texts, OptionalInt maxTokens, int batchSize, WrittenSummary summary) {
        /**
         * Copies the texts.
         *
         * @throws IllegalArgumentException if {@code batchSize} is less than 1
         */
        public Texts {
            texts = List.copyOf(texts);
            if (batchSize < 1) {
                throw new IllegalArgumentException("batchSize must be at least 1, was " + batchSize);
            }
        }

        /** Texts with a summary of their own. */
        public Texts(List<String> texts, OptionalInt maxTokens, int batchSize) {
            this(texts, maxTokens, batchSize, new WrittenSummary());
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
        this.interrupt = new RunInterrupt(opening.limit());
        this.encoder = new PromptEncoder(
                tokenizer, config.vocabularySize(), config.contextLength(), String.valueOf(config.contextLength()));
        this.turns = new BatchTurns(executor, interrupt::interrupt, this::free);
    }

    /** Loads a model with a plain {@link ModelOpening}; otherwise as the other {@code open}. */
    public static TextEncoder open(
            ModelFolder folder, Precision precision, InferenceSettings settings, Executor executor) {
        return open(folder, precision, settings, executor, ModelOpening.plain());
    }

    /**
     * Loads a model, and finds by a trial whether it runs and which texts it can read in one batch. Blocks.
     *
     * @param executor lends one thread while texts are to be read
     * @throws WeirException {@link ErrorCode#NOT_READY} if the model cannot be loaded or run, with the reason; {@link
     *     ErrorCode#CANCELLED} if the opening is cancelled; {@link ErrorCode#TIMED_OUT} if a run of the graph takes too long
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

    /** Returns tokens that are spread over the vocabulary, or the tokens of a sample text if the vocabulary's size is unknown. */
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

    /** Returns the tokens of the sample text, or token 0 if the tokenizer has no token for that text. */
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

    /** Returns the rule for the texts of a batch. */
    BatchPolicy policy() {
        return policy;
    }

    /**
     * Embeds {@code texts}. Tokenises them on the calling thread, and does not wait for the model.
     *
     * @param normalised whether each embedding is scaled to length 1
     * @return {@code float[hiddenSize]} for each text. The future completes on a thread of the executor, which dependent stages
     *     must not block. It fails with {@link ErrorCode#CANCELLED} when the run ends, and with {@link ErrorCode#NOT_READY} when
     *     the model is closed
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if a text is empty or longer than the context, or if the model gives
     *     no hidden states; {@link ErrorCode#CANCELLED} if the run has ended; {@link ErrorCode#NOT_READY} if the model is closed
     */
    public CompletableFuture<List<float[]>> embed(
            Texts texts, Pooling pooling, boolean normalised, Cancellation cancellation) {
        String output = graph.states().orElseThrow(() -> unfit("embeddings", "last_hidden_state"));
        Function<List<int[]>, List<float[]>> reading =
                ids -> Embeddings.of(readNow(ids, output, cancellation), ids, pooling, normalised);
        return read(texts, reading, cancellation);
    }

    /**
     * Classifies {@code texts}: gives each label a probability. The probabilities of a text have the sum 1 unless the labels are
     * independent. Does not wait for the model.
     *
     * @return the labels of each text, in the order of the logits; the future completes as that of {@link #embed}
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if a text is empty or longer than the context, or if the model is no
     *     classifier; otherwise as {@link #embed}
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
        ids.forEach(tokens -> texts.summary().addPrompt(tokens.length));
        List<int[]> batches = LengthBatches.of(ids, policy, texts.batchSize(), maxBatchTokens);
        return new OrderedBatches<>(ids, batches, reading, turns, cancellation).begin();
    }

    /** Reads a batch, on the executor's thread. */
    private EncoderGraph.Output readNow(List<int[]> ids, String output, Cancellation cancellation) {
        return graph.run(ids, output, interrupt, () -> {
            // An interrupt before this point had no run to end. Therefore its cause is checked here.
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

    /** Closes the model. Ends the batch that is being read and waits for it, at most ten seconds; fails the batches that wait. */
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
