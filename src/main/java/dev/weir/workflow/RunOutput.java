package dev.weir.workflow;

import dev.weir.stream.ChunkSource;
import dev.weir.stream.Content;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The output of a run for its client. */
public sealed interface RunOutput {

    /**
     * A whole value; the run has ended.
     *
     * @param content the media type and length of bytes that come from an upstream; empty for other values
     */
    record Value(@Nullable Object value, Optional<Content> content) implements RunOutput {
        public Value(@Nullable Object value) {
            this(value, Optional.empty());
        }
    }

    /**
     * Chunks as they come. The run ends when the source gives its end or is closed. Closing the source early cancels the run.
     *
     * @param format the format that the workflow names, {@code sse-text} or {@code sse-json}
     * @param content the media type and length of the chunks together if they are bytes
     */
    record Streamed(ChunkSource chunks, Optional<String> format, Optional<Content> content) implements RunOutput {}
}
