package dev.weir.stream;

import dev.weir.WeirException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The consumer's end of a stream. One consumer thread at a time; only {@link #close} may be called from any thread.
 *
 * <p>Chunks come in the producer's order. After the last chunk comes {@link Received.Completed} or {@link Received.Failed}.
 * Every later call returns that end again.
 */
public interface ChunkSource extends AutoCloseable {

    /** Returns the next chunk or the end if it is available, otherwise null. Never blocks. */
    default @Nullable Received poll() {
        return poll(() -> {});
    }

    /**
     * Returns the next chunk or the end if it is available, otherwise null. Never blocks.
     *
     * <p>When the result is null, {@code whenReadable} runs once when there may be a chunk or the end, on the thread that
     * provides it, possibly before this method returns. It must not block. A later call replaces an action that has not run.
     */
    @Nullable
    Received poll(Runnable whenReadable);

    /**
     * Closes the stream and drops unread chunks. The producer stops within one token or one read. Later polls return a
     * failure with the code {@code CANCELLED} if anything was dropped. Does nothing if the stream is closed or read to its
     * end.
     */
    @Override
    void close();

    /**
     * Returns this stream with {@code mapper} applied to each chunk on the consumer's thread. A chunk that is mapped to null
     * is dropped. If the mapper throws, this source is closed and the stream ends with that failure.
     */
    default ChunkSource map(ChunkMapper mapper) {
        return new MappedSource(this, mapper, UnaryOperator.identity());
    }

    /** Returns this stream with {@code mapper} applied to its failure, for example to add where it happened. */
    default ChunkSource mapFailure(UnaryOperator<WeirException> mapper) {
        return new MappedSource(this, chunk -> chunk, mapper);
    }

    /** Receives the chunks of {@link SourceReading#readAll}. */
    @FunctionalInterface
    interface ChunkReader {
        /** Takes a chunk. Returns false when no further chunk is wanted. */
        boolean read(Object chunk) throws WeirException;
    }

    /** The function of {@link #map}. */
    @FunctionalInterface
    interface ChunkMapper {
        /** Returns the mapped chunk; null to drop the chunk. */
        @Nullable
        Object apply(Object chunk) throws WeirException;
    }
}
