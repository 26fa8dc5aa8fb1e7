package dev.weir.component;

import dev.weir.stream.ChunkSource;
import dev.weir.stream.Content;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The result of an action: a value or a stream of chunks. */
public sealed interface Output {

    /**
     * A whole value. Null is a valid value.
     *
     * @param content describes the bytes, if the value is an upstream's bytes unchanged
     */
    record Value(@Nullable Object value, Optional<Content> content) implements Output {
        public Value(@Nullable Object value) {
            this(value, Optional.empty());
        }
    }

    /**
     * A stream of chunks.
     *
     * @param content describes all chunks together as one content; empty unless the chunks are bytes
     */
    record Streamed(ChunkSource chunks, Optional<Content> content) implements Output {
        public Streamed(ChunkSource chunks) {
            this(chunks, Optional.empty());
        }
    }
}
