package dev.weir.component;

import dev.weir.stream.ChunkSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an action gives: a value, or chunks as they come. */
public sealed interface Output {

    /** A whole value; null is a value too. */
    record Value(@Nullable Object value) implements Output {}

    /**
     * Chunks as they come.
     *
     * @param contentType the media type that the chunks' bytes have together; empty unless they are bytes
     */
    record Streamed(ChunkSource chunks, Optional<String> contentType) implements Output {
        public Streamed(ChunkSource chunks) {
            this(chunks, Optional.empty());
        }
    }
}
