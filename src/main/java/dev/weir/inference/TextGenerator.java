package dev.weir.inference;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.sampling.TokenRules;
import dev.weir.stream.ChunkSource;
import dev.weir.tokenizer.ChatMessage;
import dev.weir.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * One loaded model that generates text: its tokenizer, its weights and its scheduler. A decoder-only model continues texts
 * and conversations, an encoder-decoder translates or summarises them. Thread-safe.
 *
 * <p>Output streams as text, each chunk a non-empty {@code String}: what became certain with one token. The chunks joined
 * are the whole text; the prompt, special tokens and the stop sequence are not part of it. A stream completes after an end
 * token, a stop sequence, the most tokens that were asked for, or when the context is full.
 */
public final class TextGenerator implements LoadedModel {
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
        if (config.encoderDecoder() && config.decoderStart().isEmpty()) {
            throw new WeirException(
                    ErrorCode.NOT_READY, "the model in " + folder.path() + " names no decoder_start_token_id");
        }
        ModelFolder.Decoding files = folder.decoding(precision, config.encoderDecoder());
        Tokenizer tokenizer = Tokenizer.open(folder.path());
        try {
            TokenRules rules = rules(config, tokenizer);
            Decoder decoder = OnnxDecoder.load(files, config, settings);
            return new TextGenerator(
                    tokenizer,
                    config,
                    new DecodeScheduler(decoder, tokenizer, rules, config.contextLength(), settings, executor));
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    private static TokenRules rules(ModelConfig config, Tokenizer tokenizer) {
        OptionalInt fallback = tokenizer.endToken();
        return config.rules().endTokens().isEmpty() && fallback.isPresent()
                ? config.rules().withEndTokens(Set.of(fallback.getAsInt()))
                : config.rules();
    }

    /**
     * Continues {@code text}, or translates or summarises it; an empty one begins with the model's own beginning token.
     *
     * @return the text as it comes; closing it ends the generation within one token
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if the text has no room in the context, {@link
     *     ErrorCode#TOO_MANY_RUNS} if the model has its most generations open, {@link ErrorCode#NOT_READY} after a close
     */
    public ChunkSource generate(String text, GenerationSettings settings) {
        return begin(text, true, settings.withSequences(1), false).get(0);
    }

    /**
     * As {@link #generate}, and gives as many texts as {@code settings} want, of a search the best first: each is one chunk,
     * or none if it is empty.
     */
    public List<ChunkSource> generateWhole(String text, GenerationSettings settings) {
        return begin(text, true, settings, true);
    }

    /**
     * Answers {@code messages}, written as the model's chat template wants.
     *
     * @return as {@link #generate}
     * @throws WeirException as {@link #generate}, and {@link ErrorCode#INVALID_INPUT} if there are no messages or the
     *     template refuses them
     */
    public ChunkSource chat(List<ChatMessage> messages, GenerationSettings settings) {
        return begin(rendered(messages), config.encoderDecoder(), settings.withSequences(1), false)
                .get(0);
    }

    /** As {@link #chat}, and gives as many answers as {@code settings} want, each as one chunk. */
    public List<ChunkSource> chatWhole(List<ChatMessage> messages, GenerationSettings settings) {
        return begin(rendered(messages), config.encoderDecoder(), settings, true);
    }

    /** A template writes the special tokens itself; an encoder wants its own around what it reads. */
    private String rendered(List<ChatMessage> messages) {
        if (messages.isEmpty()) {
            throw new WeirException(ErrorCode.INVALID_INPUT, "messages must hold at least one message");
        }
        return tokenizer.chatTemplate().render(messages, true);
    }

    private List<ChunkSource> begin(String text, boolean addSpecialTokens, GenerationSettings settings, boolean whole) {
        int limit = settings.maxInputTokens().orElse(Integer.MAX_VALUE);
        int[] ids = tokenizer.encode(text, addSpecialTokens, limit);
        if (ids.length == 0) {
            ids = new int[] {beginToken()};
        }
        int most = config.encoderDecoder() ? config.contextLength() : config.contextLength() - 1;
        if (ids.length > most) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "the input has " + ids.length + " tokens, and the model's context holds " + config.contextLength()
                            + (config.encoderDecoder() ? "" : " with the output")
                            + "; shorten it or set max_input_length");
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

    /** What the model asks for where a request says nothing. */
    public GenerationDefaults defaults() {
        return config.defaults();
    }

    /** The most tokens that prompt and output may have together; of an encoder-decoder, each. */
    @Override
    public int contextLength() {
        return config.contextLength();
    }

    /** What the scheduler is doing now. */
    public SchedulerState state() {
        return scheduler.state();
    }

    /** Tokens generated a second, over the last whole second. */
    public double tokensPerSecond() {
        return scheduler.tokensPerSecond();
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
