package dev.weir.component.http;

import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import org.jspecify.annotations.Nullable;

/**
 * A stream that fails instead of ending well when payloads came and none of them gave a chunk: the answer was not what the
 * output of the action reads.
 */
final class NotInVainSource implements ChunkSource {
    private final ChunkSource chunks;
    private final Payloads payloads;
    private Received.@Nullable Failed failure;

    /** What came before the output's template. */
    private static final class Payloads {
        private @Nullable Object first;
        private boolean gaveChunk;
    }

    private NotInVainSource(ChunkSource chunks, Payloads payloads) {
        this.chunks = chunks;
        this.payloads = payloads;
    }

    /** The chunks that {@code shaping} makes of {@code payloads}. */
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
        return new NotInVainSource(chunks, seen);
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
