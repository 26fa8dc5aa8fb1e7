package dev.weir.tokenizer;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.files.ConfinedFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * A model's tokenizer: text to token ids and back, exactly as its {@code tokenizer.json} says. Thread-safe.
 *
 * <p>It holds native memory, which {@link #close} frees when no call is in progress any more; later calls throw {@link
 * ErrorCode#NOT_READY}. It never uses the network.
 */
public final class Tokenizer implements AutoCloseable {
    private final HuggingFaceTokenizer library;
    /** Shared by calls, exclusive for the close: the library would use memory that is freed. */
    private final ReadWriteLock open = new ReentrantReadWriteLock();

    private final TokenizerFiles files;
    private final ChatTemplate chatTemplate;

    private Tokenizer(HuggingFaceTokenizer library, TokenizerFiles files) {
        this.library = library;
        this.files = files;
        this.chatTemplate = ChatTemplate.of(files);
    }

    /**
     * Loads the tokenizer of a model folder in the Hub's layout.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if a file is missing or cannot be read
     */
    public static Tokenizer open(Path folder) {
        ConfinedFolder confined = new ConfinedFolder(folder);
        Path file = confined.file("tokenizer.json", ConfinedFolder.MAX_TOKENIZER)
                .orElseThrow(() -> new WeirException(
                        ErrorCode.NOT_READY,
                        "the model folder " + folder + " has no tokenizer.json; save it with the fast tokenizer"));
        TokenizerFiles files = TokenizerFiles.read(confined);
        TokenizerLibrary.load();
        try (InputStream in = Files.newInputStream(file)) {
            // Lengths are the caller's business: the library must neither cut nor pad.
            Map<String, String> options = Map.of("truncation", "false", "padding", "false");
            return new Tokenizer(HuggingFaceTokenizer.newInstance(in, options), files);
        } catch (IOException | RuntimeException e) {
            throw new WeirException(
                    ErrorCode.NOT_READY, "the tokenizer " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The tokens of {@code text}.
     *
     * @param addSpecialTokens true adds what the tokenizer puts around a text, such as a beginning token; special tokens that
     *     stand in the text itself are recognised either way
     */
    public int[] encode(String text, boolean addSpecialTokens) {
        return ids(whileOpen(tokenizer -> tokenizer.encode(text, addSpecialTokens, false))
                .getIds());
    }

    /**
     * The tokens of {@code text}, at most {@code maxTokens}: a longer text is cut at the tokenizer's truncation side, most
     * often its end, while the special tokens around it stay.
     */
    public int[] encode(String text, boolean addSpecialTokens, int maxTokens) {
        Encoding encoding = whileOpen(tokenizer -> tokenizer.encode(text, addSpecialTokens, false));
        long[] all = encoding.getIds();
        if (all.length <= maxTokens) {
            return ids(all);
        }
        long[] around = encoding.getSpecialTokenMask();
        int content = all.length - (int) Arrays.stream(around).sum();
        int room = Math.max(0, content - (all.length - maxTokens));
        int from = files.truncatesLeft() ? content - room : 0;
        int[] kept = new int[all.length - content + room];
        int index = 0;
        int count = 0;
        for (int i = 0; i < all.length; i++) {
            boolean inside = around[i] == 0;
            if (!inside || (index >= from && index < from + room)) {
                kept[count++] = (int) all[i];
            }
            index += inside ? 1 : 0;
        }
        return kept;
    }

    /** The text of {@code ids}; {@code skipSpecialTokens} leaves out tokens such as an end token. */
    public String decode(int[] ids, boolean skipSpecialTokens) {
        long[] wide = Arrays.stream(ids).asLongStream().toArray();
        return whileOpen(tokenizer -> tokenizer.decode(wide, skipSpecialTokens));
    }

    /** How this model's conversations are written as one text. */
    public ChatTemplate chatTemplate() {
        return chatTemplate;
    }

    /** The token that begins a text, where the tokenizer names one. */
    public OptionalInt beginToken() {
        return idOf("bos_token");
    }

    /** The token that ends a text, where the tokenizer names one. */
    public OptionalInt endToken() {
        return idOf("eos_token");
    }

    private OptionalInt idOf(String name) {
        Optional<int[]> ids = Optional.ofNullable(files.specialTokens().get(name))
                .map(text -> encode(text, false))
                .filter(tokens -> tokens.length == 1);
        return ids.isPresent() ? OptionalInt.of(ids.get()[0]) : OptionalInt.empty();
    }

    private static int[] ids(long[] ids) {
        return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    }

    private <T> T whileOpen(Function<HuggingFaceTokenizer, T> call) {
        open.readLock().lock();
        try {
            if (library.isReleased()) {
                throw new WeirException(ErrorCode.NOT_READY, "the model is closed");
            }
            return call.apply(library);
        } finally {
            open.readLock().unlock();
        }
    }

    @Override
    public void close() {
        open.writeLock().lock();
        try {
            library.close();
        } finally {
            open.writeLock().unlock();
        }
    }
}
