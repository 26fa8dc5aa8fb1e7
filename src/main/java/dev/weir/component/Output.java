package dev.weir.component;

import dev.weir.stream.ChunkSource;
import dev.weir.stream.Content;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an action gives: a value, or chunks as they come. */
public sealed interface Output {

    /**
     * A whole value; null is a value too.
     *
     * @param content what the value is if it is bytes as an upstream gave them
     */
    record Value(@Nullable Object value, Optional<Content> content) implements Output {
        public Value(@Nullable Object value) {
            this(value, Optional.empty());
        }
    }

    /**
     * Chunks as they come.
     *
     * @param content what the chunks' bytes are together; empty unless they are bytes
     */
    record Streamed(ChunkSource chunks, Optional<Content> content) implements Output {
        public Streamed(ChunkSource chunks) {
            this(chunks, Optional.empty());
        }
    }
}
