package dev.weir.tokenizer;

import java.util.Arrays;

/**
 * Decodes a stream of tokens into text. The output, joined, is the decoding of all tokens together; no piece ends within a
 * character. Special tokens give no text. Confined to one generation.
 *
 * <p>A token's text depends on its neighbours: a character may span tokens, and a word's space belongs to the next token.
 * Therefore tokens are decoded in a window that begins some tokens earlier, and the new text at its end is returned.
 *
 * <p>U+FFFD at the window's end may be the beginning of a character and is held back. After {@value #MAX_HELD} tokens it cannot
 * be one. Then the text is returned as it is, except the last U+FFFD.
 */
public final class StreamingDetokenizer {
    private static final int MAX_HELD = 8;
    private static final char REPLACEMENT = '\uFFFD';

    private final Tokenizer tokenizer;
    private int[] ids = new int[32];
    private int size;
    /** The beginning of the window; the text of {@code ids[0..windowEnd)} was returned before the window's last move. */
    private int windowStart;

    private int windowEnd;
    /** The number of characters of the window's text that were returned. */
    private int given;

    public StreamingDetokenizer(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** Adds a token; returns the text that became certain, possibly empty. */
    public String add(int id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, 2 * size);
        }
        ids[size++] = id;
        String text = decodeWindow();
        int certain = certainLength(text);
        String piece = give(text, certain);
        if (certain == text.length()) {
            if (!piece.isEmpty()) {
                moveWindow(windowEnd);
            }
        } else if (size - windowEnd > MAX_HELD) {
            piece += give(text, text.length() - 1);
            moveWindow(size - MAX_HELD);
            given = Math.max(0, given - 1);
        }
        return piece;
    }

    /** Ends the stream; returns the text that is still held back. */
    public String flush() {
        String text = decodeWindow();
        return give(text, text.length());
    }

    private String decodeWindow() {
        return tokenizer.decode(Arrays.copyOfRange(ids, windowStart, size), true);
    }

    private static int certainLength(String text) {
        int length = text.length();
        while (length > 0 && text.charAt(length - 1) == REPLACEMENT) {
            length--;
        }
        return length;
    }

    private String give(String text, int until) {
        if (until <= given) {
            return "";
        }
        String piece = text.substring(given, until);
        given = until;
        return piece;
    }

    /** Begins the window at {@code start}; all of its present text counts as returned. */
    private void moveWindow(int start) {
        windowStart = start;
        windowEnd = size;
        given = decodeWindow().length();
    }
}
