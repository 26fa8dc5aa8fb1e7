package dev.weir.filter;

/**
 * A text on its way through filters, in pieces, and marks between its characters that stay where they are. A mark inside a
 * match comes behind what replaces it.
 */
interface Passage {
    /** The text goes on with {@code text[from..to)}, which is valid during the call only. */
    void text(char[] text, int from, int to);

    /** A mark stands here. */
    void mark();

    /** The text ends; what comes next is another. */
    void end();
}
