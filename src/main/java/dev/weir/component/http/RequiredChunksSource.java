package dev.weir.component.http;

import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import org.jspecify.annotations.Nullable;

/**
 * A stream that fails at its end when payloads arrived but none of them gave a chunk. The answer then does not have the
 * fields that the action's output reads.
 */
final class RequiredChunksSource implements ChunkSource {
    private final ChunkSource chunks;
    private final Payloads payloads;
    private Received.@Nullable Failed failure;

    /** The payloads before shaping. */
    private static final class Payloads {
        private @Nullable Object first;
        private boolean gaveChunk;
    }

    private RequiredChunksSource(ChunkSource chunks, Payloads payloads) {
        this.chunks = chunks;
        this.payloads = payloads;
    }

    /** The chunks that {@code shaping} makes of {@code payloads}; a null chunk is left out. */
    static ChunkSource of(ChunkSource payloads, ChunkMapper shaping) {
        Payloads seen = new Payloads();
        ChunkSource chunks = payloads.map(payload -> {
            Object chunk = shaping.apply(payload);
            if (chunk != null) {
                seen.gaveChunk = true;
                seen.first = null;
            } else if (!seen.gaveChunk && seen.first == null) {
                seen.first = payload;
            }
            return chunk;
        });
        return new RequiredChunksSource(chunks, seen);
    }

    private @Nullable Received checked(@Nullable Received received) {
        if (failure != null) {
            return failure;
        }
        Object first = payloads.first;
        if (received instanceof Received.Completed && first != null) {
            failure = new Received.Failed(UpstreamErrors.nothingToGive(String.valueOf(first)));
            return failure;
        }
        return received;
    }

    @Override
    public @Nullable Received poll() {
        return checked(chunks.poll());
    }

    @Override
    public @Nullable Received poll(Runnable whenReadable) {
        return checked(chunks.poll(whenReadable));
    }

    @Override
    public void close() {
        chunks.close();
    }
}
