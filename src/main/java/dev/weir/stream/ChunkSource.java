package dev.weir.stream;

import dev.weir.WeirException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The consumer's end of a stream. One consumer at a time; only {@link #close} may be called from any thread.
 *
 * <p>Chunks come in the producer's order. After the last of them comes {@link Received.Completed} or
 * {@link Received.Failed}, and from then on every call gives that end again.
 */
public interface ChunkSource extends AutoCloseable {

    /** The next chunk or the end if it is there already, otherwise null. Never blocks. */
    default @Nullable Received poll() {
        return poll(() -> {});
    }

    /**
     * The next chunk or the end if it is there already, otherwise null; never blocks. Where nothing is there yet,
     * {@code whenReadable} is run once as soon as something may be: on the thread that brought it, which it must not block, and
     * possibly before this returns. An action that an earlier call left is forgotten.
     */
    @Nullable
    Received poll(Runnable whenReadable);

    /**
     * Tells the producer that nothing more is wanted, and drops what was not read; whoever reads on is told so. The producer
     * stops within one token or one read. Closing twice, or after the last chunk was read, does nothing.
     */
    @Override
    void close();

    /**
     * This stream with {@code mapper} applied to each chunk on the consumer's thread; chunks it maps to null are dropped.
     * When it throws, this source is closed and the stream ends with that failure.
     */
    default ChunkSource map(ChunkMapper mapper) {
        return new MappedSource(this, mapper, UnaryOperator.identity());
    }

    /** This stream with {@code mapper} applied to the failure it may end with, such as to say where it happened. */
    default ChunkSource mapFailure(UnaryOperator<WeirException> mapper) {
        return new MappedSource(this, chunk -> chunk, mapper);
    }

    /** What {@link SourceReading#readAll} hands chunks to. */
    @FunctionalInterface
    interface ChunkReader {
        /** Takes a chunk; false when no more are wanted. */
        boolean read(Object chunk) throws WeirException;
    }

    /** What {@link #map} applies. */
    @FunctionalInterface
    interface ChunkMapper {
        /** The chunk to hand on, or null to drop it. */
        @Nullable
        Object apply(Object chunk) throws WeirException;
    }
}
