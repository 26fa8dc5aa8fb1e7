package dev.weir.component;

import dev.weir.stream.ChunkSource;
import dev.weir.stream.Content;
import dev.weir.stream.Summary;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The result of an action: a value or a stream of chunks. */
public sealed interface Output {

    /** Returns the reason of the end and the counts of tokens, as far as the producer tells them. */
    Summary summary();

    /**
     * A whole value. Null is a valid value.
     *
     * @param content describes the bytes, if the value is an upstream's bytes unchanged
     * @param summary complete, since the value is whole
     */
    record Value(@Nullable Object value, Optional<Content> content, Summary summary) implements Output {
        public Value(@Nullable Object value, Optional<Content> content) {
            this(value, content, Summary.UNKNOWN);
        }

        public Value(@Nullable Object value) {
            this(value, Optional.empty());
        }
    }

    /**
     * A stream of chunks.
     *
     * @param content describes all chunks together as one content; empty unless the chunks are bytes
     * @param summary complete before the end of the stream is reported
     */
    record Streamed(ChunkSource chunks, Optional<Content> content, Summary summary) implements Output {
        public Streamed(ChunkSource chunks, Optional<Content> content) {
            this(chunks, content, Summary.UNKNOWN);
        }

        public Streamed(ChunkSource chunks) {
            this(chunks, Optional.empty());
        }
    }
}
