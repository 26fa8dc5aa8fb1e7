package dev.weir.workflow;

import dev.weir.stream.ChunkSource;
import dev.weir.stream.Content;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a run gives its client. */
public sealed interface RunOutput {

    /**
     * A whole value; the run has ended.
     *
     * @param content what the value is if it is bytes as an upstream gave them
     */
    record Value(@Nullable Object value, Optional<Content> content) implements RunOutput {
        public Value(@Nullable Object value) {
            this(value, Optional.empty());
        }
    }

    /**
     * Chunks as they come. The run lives until the source has given its end or was closed; closing it early cancels the run.
     *
     * @param format the wire the workflow names, {@code sse-text} or {@code sse-json}
     * @param content what the chunks are together if they are bytes
     */
    record Streamed(ChunkSource chunks, Optional<String> format, Optional<Content> content) implements RunOutput {}
}
