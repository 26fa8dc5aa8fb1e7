package dev.weir.face;

/** Joins characters that a stream of texts splits: the first half of one waits for the other half. One thread at a time uses it. */
public final class WholeCharacters {
    private static final char NONE = 0;

    private char highSurrogate = NONE;

    /** The text to send now, without the half of a character at its end. */
    public String whole(String text) {
        if (text.isEmpty()) {
            return "";
        }
        String held = highSurrogate == NONE ? "" : String.valueOf(highSurrogate);
        highSurrogate = NONE;
        int last = text.length() - 1;
        if (Character.isHighSurrogate(text.charAt(last))) {
            highSurrogate = text.charAt(last);
            return held + text.substring(0, last);
        }
        return held.isEmpty() ? text : held + text;
    }

    /** U+FFFD in place of a half whose other half did not come; empty if none waits. Called at the end. */
    public String rest() {
        boolean waits = highSurrogate != NONE;
        highSurrogate = NONE;
        return waits ? "\uFFFD" : "";
    }
}
