package dev.weir.filter;

/**
 * One step of a chain of filters. It receives a text in parts, and marks between the text's characters.
 *
 * <p>Marks keep their place. A mark inside a match moves behind the replacement.
 */
interface FilterStep {
    /** Receives the next part, {@code text[from..to)}. The array is valid only during the call. */
    void text(char[] text, int from, int to);

    /** Receives a mark at the current place. */
    void mark();

    /** Ends the text. The next part begins another text. */
    void end();
}
