package dev.weir.stream;

import dev.weir.WeirException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A source whose chunks, and whose failure, pass through mappers on the consumer's thread. */
final class MappedSource implements ChunkSource {
    /** After so many chunks that give nothing the reader has its turn, and comes again. */
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

    /** The mapped chunk or the end; null when the mapper dropped the chunk. */
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
