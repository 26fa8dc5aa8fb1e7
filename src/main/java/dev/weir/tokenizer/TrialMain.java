package dev.weir.tokenizer;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The program of a separate JVM that tests a {@code tokenizer.json}: loads it, and encodes and decodes texts that are slow for
 * patterns. The exit status is 0 for success; after an abort it is that of the native library.
 *
 * <p>Uses few classes, which {@link #CLASSES} lists.
 */
public final class TrialMain {
    /** The classes of this application that the program uses, without nested ones. */
    public static final List<Class<?>> CLASSES = List.of(
            TrialMain.class,
            TokenizerLibrary.class,
            dev.weir.ErrorCode.class,
            dev.weir.WeirException.class,
            dev.weir.files.TemporaryFolder.class);

    /** One class of each library that the program uses. */
    public static final List<String> LIBRARIES = List.of(
            "ai.djl.huggingface.tokenizers.jni.LibUtils",
            "ai.djl.util.Platform",
            "org.slf4j.Logger",
            "com.google.gson.Gson");

    /** The last line of the output after a success. */
    public static final String DONE = "tried";

    private static final Pattern EXPRESSION = Pattern.compile("\"Regex\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.){1,5000})\"");
    private static final String CLASSES_OF_LETTERS = "aZ7 \n\t.'-한ß\u0301";
    private static final String PLAIN =
            "The quick brown fox, 123 of them: \u00e9\u00e8 \ud55c\uad6d\uc5b4 \ud83d\ude00 <s> </s>\n\tx  y";
    private static final int MOST_LETTERS = 48;
    private static final int RUN = 20_000;
    private static final int PAIRS = 3_000;

    private TrialMain() {}

    /**
     * Tests a file.
     *
     * @param args the file, and the milliseconds after which this JVM halts in any case
     */
    public static void main(String[] args) throws IOException {
        new Timer(true).schedule(halt(), Long.parseLong(args[1]));
        String json = Files.readString(Path.of(args[0]));
        TokenizerLibrary.load();
        TokenizersLibrary library = TokenizersLibrary.LIB;
        long handle;
        try {
            handle = library.createTokenizerFromString(json);
        } catch (RuntimeException e) {
            System.out.println("cannot be read: " + e.getMessage());
            System.exit(2);
            return;
        }
        library.disableTruncation(handle);
        library.disablePadding(handle);
        for (String text : texts(json)) {
            tryText(library, handle, text);
        }
        System.out.println(DONE);
        System.exit(0);
    }

    private static TimerTask halt() {
        return new TimerTask() {
            @Override
            public void run() {
                // The server, which would have killed this JVM, may have ended.
                Runtime.getRuntime().halt(3);
            }
        };
    }

    /** Encodes and decodes a text. Its failure is no problem: the server handles it too. */
    private static void tryText(TokenizersLibrary library, long handle, String text) {
        try {
            long encoding = library.encode(handle, text, true);
            long[] ids = library.getTokenIds(encoding);
            library.getSpecialTokenMask(encoding);
            library.deleteEncoding(encoding);
            library.decode(handle, Arrays.copyOf(ids, Math.min(200, ids.length)), true);
            library.decode(handle, new long[] {0, 1, 2, 1L << 30}, false);
        } catch (RuntimeException e) {
            System.err.println(e.getMessage());
        }
    }

    static List<String> texts(String json) {
        List<String> texts = new ArrayList<>(List.of("", " ", "a", PLAIN, PLAIN.repeat(100)));
        for (String letter : letters(CLASSES_OF_LETTERS)) {
            texts.add(letter.repeat(100));
        }
        Matcher expressions = EXPRESSION.matcher(json);
        Set<String> letters = letters(CLASSES_OF_LETTERS);
        boolean any = false;
        while (expressions.find() && letters.size() < MOST_LETTERS) {
            any = true;
            letters.addAll(letters(expressions.group(1)));
        }
        if (!any) {
            return texts;
        }
        List<String> all = letters.stream().limit(MOST_LETTERS).toList();
        // A literal that a pattern needs must occur somewhere; otherwise the search ends at once.
        String end = "!\u0000" + String.join("", all);
        for (String letter : all) {
            texts.add(letter.repeat(60) + end);
            texts.add(letter.repeat(RUN) + end);
            texts.add(letter.repeat(RUN));
        }
        for (String first : letters(CLASSES_OF_LETTERS)) {
            for (String second : all) {
                texts.add((first + second).repeat(30) + end);
                texts.add((first + second).repeat(PAIRS) + end);
            }
        }
        return texts;
    }

    private static Set<String> letters(String text) {
        Set<String> letters = new LinkedHashSet<>();
        text.codePoints().forEach(letter -> letters.add(Character.toString(letter)));
        return letters;
    }
}
