package dev.weir.inference;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.inference.onnx.OnnxDecoder;
import dev.weir.inference.schedule.DecodeScheduler;
import dev.weir.inference.schedule.Decoder;
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
import dev.weir.stream.ChunkSource;
import dev.weir.tokenizer.ChatMessage;
import dev.weir.tokenizer.ChatTemplate;
import dev.weir.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

    /** As the other, with a plain {@link ModelOpening}. */
    public static TextGenerator open(
            ModelFolder folder, Precision precision, InferenceSettings settings, Executor executor) {
        return open(folder, precision, settings, executor, ModelOpening.plain());
    }

    /**
     * Loads a model, which takes from milliseconds to minutes.
     *
     * @param executor lends one thread while there is something to generate
     * @throws WeirException {@link ErrorCode#NOT_READY} if it cannot be loaded; the message says why
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
        ModelFolder.Decoding files = folder.decoding(precision, config.encoderDecoder());
        Tokenizer tokenizer = Tokenizer.open(folder.path(), opening.trial());
        try {
            TokenRules rules = rules(config, tokenizer);
            ChatTemplate chat = tokenizer.chatTemplate().rehearsed(opening.cancellation()::throwIfCancelled);
            Decoder decoder = OnnxDecoder.load(files, config, settings, opening);
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
                    // An encoder may have a larger vocabulary of its own.
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
     * @param addSpecialTokens whether the tokenizer puts its own tokens around it
     */
    public record Written(String text, boolean addSpecialTokens) {}

    /**
     * What {@link #stream} and {@link #whole} continue, translate or summarise: {@code text} itself.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if the text has more characters than the context has room for
     */
    public Written written(String text, GenerationSettings settings) {
        return new Written(encoder.fitting(text, settings.maxInputTokens()), true);
    }

    /**
     * What {@link #stream} and {@link #whole} answer: {@code messages}, written as the model's chat template wants.
     *
     * @param cancellation ends the template
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if there are no messages, the template cannot write them, or what it writes
     *     has more characters than the context has room for, {@link ErrorCode#NOT_READY} if there is a {@link #chatProblem}
     */
    public Written written(List<ChatMessage> messages, GenerationSettings settings, Cancellation cancellation) {
        if (messages.isEmpty()) {
            throw new WeirException(ErrorCode.INVALID_INPUT, "messages must hold at least one message");
        }
        String text = chat.render(messages, true, cancellation::throwIfCancelled);
        // A template writes the special tokens itself; an encoder wants its own around what it reads.
        return new Written(encoder.fitting(text, settings.maxInputTokens()), config.encoderDecoder());
    }

    /**
     * Goes on from {@code prompt}; an empty one begins with the model's own beginning token.
     *
     * @return the text as it comes; closing it ends the generation within one token
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if the text has no room in the context, {@link
     *     ErrorCode#TOO_MANY_RUNS} if the model has its most generations open, {@link ErrorCode#NOT_READY} after a close
     */
    public ChunkSource stream(Written prompt, GenerationSettings settings) {
        return begin(prompt, settings.withSequences(1), false).get(0);
    }

    /**
     * As {@link #stream}, and gives as many texts as {@code settings} want, of a search the best first: each is one chunk,
     * or none if it is empty.
     */
    public List<ChunkSource> whole(Written prompt, GenerationSettings settings) {
        return begin(prompt, settings, true);
    }

    /** {@link #stream} of a text. */
    public ChunkSource generate(String text, GenerationSettings settings) {
        return stream(written(text, settings), settings);
    }

    /** {@link #whole} of a text. */
    public List<ChunkSource> generateWhole(String text, GenerationSettings settings) {
        return whole(written(text, settings), settings);
    }

    private List<ChunkSource> begin(Written written, GenerationSettings settings, boolean whole) {
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

    /** Why the model cannot chat, which its template decides; empty if it can. */
    public Optional<String> chatProblem() {
        return chat.problem();
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
