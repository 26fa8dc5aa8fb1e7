package dev.weir.component;

import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import org.jspecify.annotations.Nullable;

/** A stream that is closed when its run is cancelled. It removes its registration at its end or when it is closed. */
public final class CallSource implements ChunkSource {
    private final ChunkSource chunks;
    private final Cancellation.Registration cancelling;

    private CallSource(ChunkSource chunks, Cancellation cancellation) {
        this.chunks = chunks;
        this.cancelling = cancellation.onCancel(chunks::close);
    }

    /** Ties {@code chunks} to a run: they are closed when the run is cancelled, or at once if it is cancelled already. */
    public static ChunkSource of(ChunkSource chunks, Cancellation cancellation) {
        return new CallSource(chunks, cancellation);
    }

    private @Nullable Received seen(@Nullable Received received) {
        if (received != null && !(received instanceof Received.Chunk)) {
            cancelling.close();
        }
        return received;
    }

    @Override
    public @Nullable Received poll() {
        return seen(chunks.poll());
    }

    @Override
    public @Nullable Received poll(Runnable whenReadable) {
        return seen(chunks.poll(whenReadable));
    }

    @Override
    public void close() {
        cancelling.close();
        chunks.close();
    }
}
