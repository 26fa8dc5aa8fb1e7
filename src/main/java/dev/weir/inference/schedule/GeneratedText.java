package dev.weir.inference.schedule;

import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import dev.weir.stream.Summary;
import org.jspecify.annotations.Nullable;

/**
 * A text that a model generates, as chunks.
 *
 * @param summary has the number of the prompt's tokens from the beginning; the number of generated tokens grows with the text
 *     and includes an end token
 */
public record GeneratedText(ChunkSource chunks, Summary summary) implements ChunkSource {
    @Override
    public @Nullable Received poll() {
        return chunks.poll();
    }

    @Override
    public @Nullable Received poll(Runnable whenReadable) {
        return chunks.poll(whenReadable);
    }

    @Override
    public void close() {
        chunks.close();
    }
}
