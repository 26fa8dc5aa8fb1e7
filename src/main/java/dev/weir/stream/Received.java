package dev.weir.stream;

import dev.weir.WeirException;

/** The result of a poll of a {@link ChunkSource}: a chunk or one of the two ends. After an end every poll returns that end. */
public sealed interface Received {

    /** One chunk: text, bytes ({@code byte[]}), a number, a boolean, a list or a map; never null. */
    record Chunk(Object value) implements Received {}

    /** The producer has sent everything. */
    record Completed() implements Received {
        static final Completed INSTANCE = new Completed();
    }

    /** The producer has failed; the chunks before are not the whole output. */
    record Failed(WeirException cause) implements Received {}
}
