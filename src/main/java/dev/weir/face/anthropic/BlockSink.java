package dev.weir.face.anthropic;

import java.util.Map;

/** Takes the content of a message as blocks, which are opened in the order of their indices. One thread at a time uses it. */
interface BlockSink {
    /**
     * The message begins, before its first block.
     *
     * @param own an upstream's message; empty for none
     */
    void begin(Map<?, ?> own);

    /** A block begins. Its content follows. */
    void open(int index, Map<?, ?> block);

    /** The next text of a block of the type {@code text}. */
    void text(int index, String text);

    /** The next content of a block, in the shape of the API, such as {@code {type: thinking_delta, thinking}}. */
    void delta(int index, Map<?, ?> delta);

    /** A block ends. */
    void close(int index);

    /** A whole block, from its beginning to its end. */
    void whole(int index, Map<?, ?> block);
}
