package dev.weir.inference;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.graph.Architectures;
import dev.weir.graph.WrittenGraph;
import dev.weir.inference.onnx.OnnxDecoder;
import dev.weir.inference.schedule.DecodeScheduler;
import dev.weir.inference.schedule.Decoder;
import dev.weir.inference.schedule.GeneratedText;
import dev.weir.inference.schedule.Prompt;
import dev.weir.inference.schedule.SchedulerState;
import dev.weir.inference.spec.GenerationDefaults;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.ModelFileConfig;
import dev.weir.inference.spec.ModelFolder;
import dev.weir.inference.spec.ModelOpening;
import dev.weir.inference.spec.Precision;
import dev.weir.sampling.TokenRules;
import dev.weir.stream.Cancellation;
import dev.weir.tokenizer.ChatMessage;
import dev.weir.tokenizer.ChatTemplate;
import dev.weir.tokenizer.Tokenizer;
import dev.weir.weights.Checkpoint;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * A loaded model that generates text: its tokenizer, its graphs and its scheduler. Thread-safe.
 *
 * <p>A decoder-only model continues texts and conversations. An encoder-decoder translates or summarises them.
 *
 * <p>Output is a stream of text. A chunk is a non-empty {@code String}: the text that became certain with one token. The chunks
 * joined are the whole text, without the prompt, special tokens and the stop sequence. A stream ends after an end token, after a
 * stop sequence, after the most tokens of the request, or when the context is full.
 */
public final class TextGenerator implements LoadedModel {
    private static final System.Logger LOG = System.getLogger(TextGenerator.class.getName());

    private final Tokenizer tokenizer;
    private final ChatTemplate chat;
    private final ModelFileConfig config;
    private final DecodeScheduler scheduler;
    private final PromptEncoder encoder;

    private TextGenerator(
            Tokenizer tokenizer, ChatTemplate chat, ModelFileConfig config, int vocabulary, DecodeScheduler scheduler) {
        this.tokenizer = tokenizer;
        this.chat = chat;
        this.config = config;
        this.scheduler = scheduler;
        int most = config.encoderDecoder() ? config.contextLength() : config.contextLength() - 1;
        String holds = config.contextLength() + (config.encoderDecoder() ? "" : " with the output");
        this.encoder = new PromptEncoder(tokenizer, vocabulary, most, holds);
    }

    /** Loads a model with a plain {@link ModelOpening}; otherwise as the other {@code open}. */
    public static TextGenerator open(
            ModelFolder folder, Precision precision, InferenceSettings settings, Executor executor) {
        return open(folder, precision, settings, executor, ModelOpening.plain());
    }

    /**
     * Loads a model. Blocks for milliseconds to minutes.
     *
     * @param executor lends one thread while there is text to generate
     * @throws WeirException {@link ErrorCode#NOT_READY} if the model cannot be loaded, with the reason
     */
    public static TextGenerator open(
            ModelFolder folder,
            Precision precision,
            InferenceSettings settings,
            Executor executor,
            ModelOpening opening) {
        ModelFileConfig config = ModelFileConfig.read(folder);
        if (config.encoderDecoder() && config.decoderStart().isEmpty()) {
            throw new WeirException(
                    ErrorCode.NOT_READY, "the model in " + folder.path() + " names no decoder_start_token_id");
        }
        DecoderLoading loading = loading(folder, precision, config);
        Tokenizer tokenizer = Tokenizer.open(folder.path(), opening.trial());
        try {
            TokenRules rules = rules(config, tokenizer);
            ChatTemplate chat = tokenizer.chatTemplate().rehearsed(opening.cancellation()::throwIfCancelled);
            Decoder decoder = loading.load(config, settings, opening);
            try {
                config.requireTokensBelow(decoder.vocabularySize(), folder);
            } catch (RuntimeException | Error e) {
                decoder.close();
                throw e;
            }
            return new TextGenerator(
                    tokenizer,
                    chat,
                    config,
                    // The vocabulary of the encoder may be larger than that of the decoder.
                    config.encoderDecoder() ? 0 : decoder.vocabularySize(),
                    new DecodeScheduler(decoder, tokenizer, rules, config.contextLength(), settings, executor));
        } catch (OutOfMemoryError e) {
            tokenizer.close();
            throw outOfMemory(folder, e);
        } catch (RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    /** Loads the decoder of the graphs that were chosen. */
    @FunctionalInterface
    private interface DecoderLoading {
        Decoder load(ModelFileConfig config, InferenceSettings settings, ModelOpening opening);
    }

    /** Chooses by the folder's files: its graphs, otherwise a graph that is written for its checkpoint. */
    private static DecoderLoading loading(ModelFolder folder, Precision precision, ModelFileConfig config) {
        Optional<Checkpoint> checkpoint = folder.checkpoint(precision);
        if (checkpoint.isPresent()) {
            WrittenGraph graph = Architectures.decoder(folder.config(), checkpoint.get());
            LOG.log(
                    Level.INFO,
                    "the model folder {0} has no ONNX file: the graph is written for its safetensors ({1} tensors)",
                    folder.path(),
                    graph.weights().size());
            return (own, settings, opening) -> OnnxDecoder.load(graph, own, settings, opening);
        }
        ModelFolder.Decoding files = folder.decoding(precision, config.encoderDecoder());
        return (own, settings, opening) -> OnnxDecoder.load(files, own, settings, opening);
    }

    private static WeirException outOfMemory(ModelFolder folder, Throwable cause) {
        return new WeirException(
                ErrorCode.NOT_READY,
                "the model in " + folder.path() + " needs more memory than this server has: give the JVM more (-Xmx,"
                        + " -XX:MaxDirectMemorySize), or take a smaller model",
                cause);
    }

    private static TokenRules rules(ModelFileConfig config, Tokenizer tokenizer) {
        OptionalInt fallback = tokenizer.endToken();
        return config.rules().endTokens().isEmpty() && fallback.isPresent()
                ? config.rules().withEndTokens(Set.of(fallback.getAsInt()))
                : config.rules();
    }

    /**
     * A prompt as the tokenizer reads it.
     *
     * @param addSpecialTokens whether the tokenizer adds its special tokens
     */
    public record Written(String text, boolean addSpecialTokens) {}

    /**
     * Returns {@code text} as a prompt for {@link #stream} and {@link #whole}, cut if the settings ask for it.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if the text has more characters than the context has room for
     */
    public Written written(String text, GenerationSettings settings) {
        return new Written(encoder.fitting(text, settings.maxInputTokens()), true);
    }

    /**
     * Renders {@code messages} with the model's chat template, as a prompt for {@link #stream} and {@link #whole}.
     *
     * @param cancellation ends the rendering
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if there are no messages, if the template cannot render them, or if
     *     the result is too long for the context; {@link ErrorCode#NOT_READY} if there is a {@link #chatProblem}
     */
    public Written written(List<ChatMessage> messages, GenerationSettings settings, Cancellation cancellation) {
        if (messages.isEmpty()) {
            throw new WeirException(ErrorCode.INVALID_INPUT, "messages must hold at least one message");
        }
        String text = chat.render(messages, true, cancellation::throwIfCancelled);
        // A template writes the special tokens itself. An encoder still needs its own around the rendered text.
        return new Written(encoder.fitting(text, settings.maxInputTokens()), config.encoderDecoder());
    }

    /**
     * Continues {@code prompt} as a stream of text. Does not wait for the text. An empty prompt becomes the model's begin token.
     *
     * @return the text as it is generated; closing the source ends the generation within one token
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if the prompt does not fit into the context; {@link
     *     ErrorCode#TOO_MANY_RUNS} if the limit of open generations is reached; {@link ErrorCode#NOT_READY} if the model is
     *     closed
     */
    public GeneratedText stream(Written prompt, GenerationSettings settings) {
        return begin(prompt, settings.withSequences(1), false).get(0);
    }

    /**
     * Continues {@code prompt} as whole texts, as many as {@code settings} ask for. A beam search gives the best text first. Each
     * text is one chunk, an empty text no chunk. Otherwise as {@link #stream}.
     */
    public List<GeneratedText> whole(Written prompt, GenerationSettings settings) {
        return begin(prompt, settings, true);
    }

    /** Continues a text; see {@link #stream}. */
    public GeneratedText generate(String text, GenerationSettings settings) {
        return stream(written(text, settings), settings);
    }

    /** Continues a text; see {@link #whole}. */
    public List<GeneratedText> generateWhole(String text, GenerationSettings settings) {
        return whole(written(text, settings), settings);
    }

    private List<GeneratedText> begin(Written written, GenerationSettings settings, boolean whole) {
        int[] ids = encoder.encode(written.text(), written.addSpecialTokens(), settings.maxInputTokens());
        if (ids.length == 0) {
            ids = new int[] {beginToken()};
        }
        Prompt prompt = config.encoderDecoder()
                ? new Prompt(ids, new int[] {config.decoderStart().orElseThrow()})
                : Prompt.of(ids);
        return scheduler.generate(prompt, settings, whole);
    }

    private int beginToken() {
        OptionalInt begin = tokenizer.beginToken().isPresent() ? tokenizer.beginToken() : config.beginToken();
        return begin.orElseThrow(() -> new WeirException(
                ErrorCode.INVALID_INPUT, "the input is empty, and this model has no token to begin with"));
    }

    /** Returns why the model cannot chat, which its template decides; empty if it can. */
    public Optional<String> chatProblem() {
        return chat.problem();
    }

    /** Returns the model's defaults for parameters that a request does not set. */
    public GenerationDefaults defaults() {
        return config.defaults();
    }

    /** True if the model is an encoder-decoder, which reads its input before it writes. */
    public boolean hasEncoder() {
        return config.encoderDecoder();
    }

    @Override
    public int contextLength() {
        return config.contextLength();
    }

    /** Returns the current state of the scheduler. */
    public SchedulerState state() {
        return scheduler.state();
    }

    /** Returns the tokens that were generated in the last whole second. */
    public double tokensPerSecond() {
        return scheduler.tokensPerSecond();
    }

    /** Blocks until {@code wanted} accepts the scheduler's state, at most {@code timeout}; returns false after the time-out. */
    public boolean awaitState(Predicate<SchedulerState> wanted, Duration timeout) throws InterruptedException {
        return scheduler.awaitState(wanted, timeout);
    }

    /** Ends every open generation with {@link ErrorCode#NOT_READY}, and frees the model's native memory. */
    @Override
    public void close() {
        scheduler.close();
        tokenizer.close();
    }
}
