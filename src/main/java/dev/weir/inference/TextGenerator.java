package dev.weir.inference;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.ChunkSource;
import dev.weir.tokenizer.ChatMessage;
import dev.weir.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * One loaded decoder-only model that continues texts and conversations: its tokenizer, its weights and its scheduler.
 * Thread-safe.
 *
 * <p>Output streams as text, each chunk a non-empty {@code String}: what became certain with one token. The chunks joined
 * are the whole text; the prompt, special tokens and the stop sequence are not part of it. A stream completes after an end
 * token, a stop sequence, the most tokens that were asked for, or when the context is full.
 */
public final class TextGenerator implements AutoCloseable {
    private final Tokenizer tokenizer;
    private final ModelConfig config;
    private final DecodeScheduler scheduler;

    private TextGenerator(Tokenizer tokenizer, ModelConfig config, DecodeScheduler scheduler) {
        this.tokenizer = tokenizer;
        this.config = config;
        this.scheduler = scheduler;
    }

    /**
     * Loads a model, which takes from milliseconds to minutes.
     *
     * @param executor lends one thread while there is something to generate
     * @throws WeirException {@link ErrorCode#NOT_READY} if it cannot be loaded; the message says why
     */
    public static TextGenerator open(
            ModelFolder folder, Precision precision, InferenceSettings settings, Executor executor) {
        ModelConfig config = ModelConfig.read(folder);
        if (config.encoderDecoder()) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "the model in " + folder.path() + " is an encoder-decoder; this needs a decoder-only model");
        }
        Path onnxFile = folder.onnxFile(precision);
        Tokenizer tokenizer = Tokenizer.open(folder.path());
        try {
            Set<Integer> endTokens = endTokens(config, tokenizer);
            LanguageModel model = LanguageModel.load(onnxFile, config, settings.intraOpThreads());
            return new TextGenerator(
                    tokenizer,
                    config,
                    new DecodeScheduler(model, tokenizer, endTokens, config.contextLength(), settings, executor));
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    private static Set<Integer> endTokens(ModelConfig config, Tokenizer tokenizer) {
        OptionalInt fallback = tokenizer.endToken();
        return config.endTokens().isEmpty() && fallback.isPresent() ? Set.of(fallback.getAsInt()) : config.endTokens();
    }

    /**
     * Continues {@code prompt}; an empty one begins with the model's own beginning token.
     *
     * @return the text as it comes; closing it ends the generation within one token
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if the prompt has no room in the context, {@link
     *     ErrorCode#TOO_MANY_RUNS} if the model has its most generations open, {@link ErrorCode#NOT_READY} after a close
     */
    public ChunkSource generate(String prompt, GenerationSettings settings) {
        return begin(prompt, true, settings);
    }

    /**
     * Answers {@code messages}, written as the model's chat template wants.
     *
     * @return as {@link #generate}
     * @throws WeirException as {@link #generate}, and {@link ErrorCode#INVALID_INPUT} if there are no messages or the
     *     template refuses them
     */
    public ChunkSource chat(List<ChatMessage> messages, GenerationSettings settings) {
        if (messages.isEmpty()) {
            throw new WeirException(ErrorCode.INVALID_INPUT, "messages must hold at least one message");
        }
        // The template writes the special tokens itself.
        return begin(tokenizer.chatTemplate().render(messages, true), false, settings);
    }

    private ChunkSource begin(String text, boolean addSpecialTokens, GenerationSettings settings) {
        int limit = settings.maxInputTokens().orElse(Integer.MAX_VALUE);
        int[] prompt = tokenizer.encode(text, addSpecialTokens, limit);
        if (prompt.length == 0) {
            prompt = new int[] {beginToken()};
        }
        if (prompt.length >= config.contextLength()) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "the input has " + prompt.length + " tokens, and the model's context holds "
                            + config.contextLength() + " with the output; shorten it or set max_input_length");
        }
        return scheduler.generate(prompt, settings);
    }

    private int beginToken() {
        OptionalInt begin = tokenizer.beginToken().isPresent() ? tokenizer.beginToken() : config.beginToken();
        return begin.orElseThrow(() -> new WeirException(
                ErrorCode.INVALID_INPUT, "the input is empty, and this model has no token to begin with"));
    }

    /** The most tokens that prompt and output may have together. */
    public int contextLength() {
        return config.contextLength();
    }

    /** What the scheduler is doing now. */
    public SchedulerState state() {
        return scheduler.state();
    }

    /** Waits until the scheduler's state is as wanted, at most {@code timeout}; false when that has passed. */
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
