package dev.weir.tokenizer;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.files.ConfinedFolder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * A model's tokenizer: text to token ids and back, as its {@code tokenizer.json} defines. Thread-safe.
 *
 * <p>It holds native memory. {@link #close} waits for calls in progress and frees it; later calls throw {@link
 * ErrorCode#NOT_READY}. It never uses the network.
 */
public final class Tokenizer implements AutoCloseable {
    /** The most characters of a text for the native library, which takes about a second for a million characters. */
    static final int LONGEST_TEXT = 4_000_000;
    /** The least number of characters that a token counts for: white space and accents may give no token. */
    private static final int LEAST_PER_TOKEN = 16;

    private final long handle;
    /** Shared by calls, exclusive for the close, which frees memory that the library would still use. */
    private final ReadWriteLock open = new ReentrantReadWriteLock();

    private final TokenizerFiles files;
    private final ChatTemplate chatTemplate;
    private final int longestToken;
    private final int expansion;
    private boolean closed;

    private Tokenizer(long handle, TokenizerFile file, TokenizerFiles files) {
        this.handle = handle;
        this.files = files;
        this.chatTemplate = ChatTemplate.of(files);
        this.longestToken = file.longestToken();
        this.expansion = file.expansion();
    }

    /**
     * Tests a tokenizer's file in a place where it can do no harm.
     *
     * @see #open(Path, Trial)
     */
    @FunctionalInterface
    public interface Trial {
        /** Accepts every file without a test. */
        Trial NONE = (file, hash) -> {};

        /**
         * Tests a file; returns normally if it may be loaded. Blocks.
         *
         * @param file a checked {@code tokenizer.json}
         * @param hash its SHA-256, hexadecimal
         * @throws WeirException {@link ErrorCode#NOT_READY} if it must not be loaded
         */
        void tryOut(Path file, String hash) throws InterruptedException;
    }

    /** Loads a tokenizer without a trial; otherwise as {@link #open(Path, Trial)}. */
    public static Tokenizer open(Path folder) {
        return open(folder, Trial.NONE);
    }

    /**
     * Loads the tokenizer of a model folder in the Hub's layout. Blocks. The file is checked first, because some content makes
     * the native library abort the JVM.
     *
     * @param trial runs before the native library reads the file in this JVM
     * @throws WeirException {@link ErrorCode#NOT_READY} if a file is missing, cannot be read or is refused
     */
    public static Tokenizer open(Path folder, Trial trial) {
        ConfinedFolder confined = new ConfinedFolder(folder);
        Path path = confined.file("tokenizer.json", ConfinedFolder.MAX_TOKENIZER)
                .orElseThrow(() -> new WeirException(
                        ErrorCode.NOT_READY,
                        "the model folder " + folder + " has no tokenizer.json: save it with the fast tokenizer"));
        TokenizerFiles files = TokenizerFiles.read(confined);
        TokenizerFile file = TokenizerFile.read(path);
        try {
            trial.tryOut(path, file.hash());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WeirException(ErrorCode.NOT_READY, "loading was ended", e);
        }
        TokenizerLibrary.load();
        long handle = created(file);
        try {
            return new Tokenizer(handle, file, files);
        } catch (RuntimeException | Error e) {
            TokenizersLibrary.LIB.deleteTokenizer(handle);
            throw e;
        }
    }

    private static long created(TokenizerFile file) {
        try {
            long handle = TokenizersLibrary.LIB.createTokenizerFromString(file.json());
            // The caller controls lengths: the library must neither cut nor pad.
            TokenizersLibrary.LIB.disableTruncation(handle);
            TokenizersLibrary.LIB.disablePadding(handle);
            return handle;
        } catch (RuntimeException e) {
            throw new WeirException(
                    ErrorCode.NOT_READY, "the tokenizer " + file.path() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Returns the most characters (UTF-16) that {@code tokens} tokens can stand for. A longer text need not be encoded. A token
     * counts for at least 16 characters, because white space and unknown letters may give no token.
     */
    public int mostCharacters(int tokens) {
        long characters = (long) tokens * Math.max(LEAST_PER_TOKEN, longestToken);
        return (int) Math.min(characters, LONGEST_TEXT / expansion);
    }

    /** Returns true if truncation removes the beginning of a text, false for its end. */
    public boolean truncatesLeft() {
        return files.truncatesLeft();
    }

    /**
     * Returns the tokens of {@code text}. Blocks for the time of the encoding.
     *
     * @param addSpecialTokens true adds the tokenizer's special tokens, such as a begin token; special tokens in the text itself
     *     are always recognised
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if the text is too long for the native library, or the tokenizer has
     *     no token for a part of it; {@link ErrorCode#NOT_READY} if this is closed
     */
    public int[] encode(String text, boolean addSpecialTokens) {
        return ids(encoded(text, addSpecialTokens).ids);
    }

    /** Tokens and a mask: 1 for each special token that the tokenizer has added. */
    private static final class Encoded {
        private final long[] ids;
        private final long[] around;

        Encoded(long[] ids, long[] around) {
            this.ids = ids;
            this.around = around;
        }
    }

    private Encoded encoded(String text, boolean addSpecialTokens) {
        int most = LONGEST_TEXT / expansion;
        if (text.length() > most) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "text is too long for a tokenizer (at most " + most + " characters, has " + text.length()
                            + "): shorten it");
        }
        return whileOpen(() -> {
            long encoding;
            try {
                encoding = TokenizersLibrary.LIB.encode(handle, text, addSpecialTokens);
            } catch (RuntimeException e) {
                throw new WeirException(
                        ErrorCode.INVALID_INPUT, "text cannot be encoded by the tokenizer: " + e.getMessage(), e);
            }
            try {
                return new Encoded(
                        TokenizersLibrary.LIB.getTokenIds(encoding),
                        TokenizersLibrary.LIB.getSpecialTokenMask(encoding));
            } finally {
                TokenizersLibrary.LIB.deleteEncoding(encoding);
            }
        });
    }

    /**
     * Returns the tokens of {@code text}, at most {@code maxTokens}. A longer text is cut at the tokenizer's truncation side,
     * most often its end. The added special tokens stay.
     */
    public int[] encode(String text, boolean addSpecialTokens, int maxTokens) {
        Encoded encoding = encoded(text, addSpecialTokens);
        long[] all = encoding.ids;
        if (all.length <= maxTokens) {
            return ids(all);
        }
        long[] around = encoding.around;
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

    /** Returns the text of {@code ids}; {@code skipSpecialTokens} omits special tokens such as an end token. */
    public String decode(int[] ids, boolean skipSpecialTokens) {
        long[] wide = Arrays.stream(ids).asLongStream().toArray();
        return whileOpen(() -> TokenizersLibrary.LIB.decode(handle, wide, skipSpecialTokens));
    }

    /** Returns the chat template of the model. */
    public ChatTemplate chatTemplate() {
        return chatTemplate;
    }

    /** Returns the begin token; empty if the tokenizer names none. */
    public OptionalInt beginToken() {
        return idOf("bos_token");
    }

    /** Returns the end token; empty if the tokenizer names none. */
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

    private <T> T whileOpen(Supplier<T> call) {
        open.readLock().lock();
        try {
            if (closed) {
                throw new WeirException(ErrorCode.NOT_READY, "the model is closed");
            }
            return call.get();
        } finally {
            open.readLock().unlock();
        }
    }

    @Override
    public void close() {
        open.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                TokenizersLibrary.LIB.deleteTokenizer(handle);
            }
        } finally {
            open.writeLock().unlock();
        }
    }
}
