package dev.weir.workflow;

import dev.weir.stream.ChunkSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a run gives its client. */
public sealed interface RunOutput {

    /** A whole value; the run has ended. */
    record Value(@Nullable Object value) implements RunOutput {}

    /**
     * Chunks as they come. The run lives until the source has given its end or was closed; closing it early cancels the run.
     *
     * @param format the wire the workflow names, {@code sse-text} or {@code sse-json}
     * @param contentType the media type of chunks that are bytes
     */
    record Streamed(ChunkSource chunks, Optional<String> format, Optional<String> contentType) implements RunOutput {}
}
