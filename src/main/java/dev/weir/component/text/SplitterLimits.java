package dev.weir.component.text;

import dev.weir.component.WholeRange;

/**
 * The limits of one call of a splitter.
 *
 * @param mostBytes the most memory of all parts of a call that does not stream ({@code weir.task.max-output})
 */
record SplitterLimits(int mostBytes) {
    /** The most separators, and the most characters of each. */
    static final int MOST_SEPARATORS = 100;

    static final int LONGEST_SEPARATOR = 1_000;
    /** A sentence without {@code max_chunk_length} is cut at this length. */
    static final int LONGEST_SENTENCE = 65_536;
    /** The range of {@code min_chunk_length}. */
    static final WholeRange SHORTEST = new WholeRange(0, 1 << 20, "");
    /** The range of {@code max_chunk_length}: so much text is kept until a sentence ends. */
    static final WholeRange LONGEST = new WholeRange(1, 1 << 20, "");
}
