package dev.weir.stream;

import dev.weir.WeirException;

/** What a {@link ChunkSource} hands out: a chunk, or one of the two ends, which are then handed out for ever. */
public sealed interface Received {

    /** One chunk: text, bytes ({@code byte[]}), a number, a boolean, a list or a map; never null. */
    record Chunk(Object value) implements Received {}

    /** The producer has sent everything. */
    record Completed() implements Received {
        static final Completed INSTANCE = new Completed();
    }

    /** The producer could not go on; what came before is not the whole. */
    record Failed(WeirException cause) implements Received {}
}
