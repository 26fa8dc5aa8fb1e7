package dev.weir.tokenizer;

import java.util.Arrays;

/**
 * Turns tokens into text as they come. What comes out, joined, is the decoding of all tokens together; no piece ends within
 * a character. Belongs to one generation.
 *
 * <p>A token's text depends on its neighbours (a character may span tokens, a word's space belongs to the next one), so
 * tokens are decoded in a window that begins some tokens earlier, and what is new at its end is given out. Text at the
 * window's end that decodes to U+FFFD may be the beginning of a character and is held back. After {@value #MAX_HELD} tokens
 * it cannot be one: then it is given out as it is, all but the last U+FFFD. Special tokens are not shown.
 */
public final class StreamingDetokenizer {
    private static final int MAX_HELD = 8;
    private static final char REPLACEMENT = '\uFFFD';

    private final Tokenizer tokenizer;
    private int[] ids = new int[32];
    private int size;
    /** The window's beginning, {@code ids[0..windowEnd)} having been given out when it was last moved. */
    private int windowStart;

    private int windowEnd;
    /** How much of the window's text was given out. */
    private int given;

    public StreamingDetokenizer(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** Takes the next token, and gives the text that became certain, possibly none. */
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

    /** Gives what is still held back, for when no more tokens come. */
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

    /** Begins the window at {@code start}; everything it holds now counts as given out. */
    private void moveWindow(int start) {
        windowStart = start;
        windowEnd = size;
        given = decodeWindow().length();
    }
}
