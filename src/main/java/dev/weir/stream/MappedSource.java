package dev.weir.stream;

import dev.weir.WeirException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Passes chunks and the failure of a source through mappers, on the consumer's thread. */
final class MappedSource implements ChunkSource {
    /** The most dropped chunks of one poll. Then the reader is signalled and polls again. */
    private static final int MOST_DROPPED = 64;

    private final ChunkSource upstream;
    private final ChunkMapper mapper;
    private final UnaryOperator<WeirException> failureMapper;
    private Received.@Nullable Failed failure;

    MappedSource(ChunkSource upstream, ChunkMapper mapper, UnaryOperator<WeirException> failureMapper) {
        this.upstream = upstream;
        this.mapper = mapper;
        this.failureMapper = failureMapper;
    }

    @Override
    public @Nullable Received poll(Runnable whenReadable) {
        for (int dropped = 0; dropped < MOST_DROPPED; dropped++) {
            Received received = upstream.poll(whenReadable);
            if (received == null) {
                return failure;
            }
            Received mapped = mapped(received);
            if (mapped != null) {
                return mapped;
            }
        }
        whenReadable.run();
        return null;
    }

    /** Returns the mapped chunk or the end; null if the mapper drops the chunk. */
    private @Nullable Received mapped(Received received) {
        if (failure != null) {
            return failure;
        }
        if (received instanceof Received.Failed failed) {
            failure = new Received.Failed(failureMapper.apply(failed.cause()));
            return failure;
        }
        if (!(received instanceof Received.Chunk chunk)) {
            return received;
        }
        try {
            Object value = mapper.apply(chunk.value());
            return value == null ? null : new Received.Chunk(value);
        } catch (RuntimeException e) {
            failure = new Received.Failed(WeirException.of(e));
            upstream.close();
            return failure;
        }
    }

    @Override
    public void close() {
        upstream.close();
    }
}
