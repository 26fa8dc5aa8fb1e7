package dev.weir.stream;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A stream that runs an action once when it has ended or is closed. */
public final class EndedSource implements ChunkSource {
    private final ChunkSource source;
    private final Runnable whenEnded;
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * Wraps a stream.
     *
     * @param whenEnded runs on the thread that reads the end or closes the stream; must not block
     */
    public EndedSource(ChunkSource source, Runnable whenEnded) {
        this.source = source;
        this.whenEnded = whenEnded;
    }

    @Override
    public @Nullable Received poll(Runnable whenReadable) {
        Received received = source.poll(whenReadable);
        if (received != null && !(received instanceof Received.Chunk)) {
            end();
        }
        return received;
    }

    @Override
    public void close() {
        source.close();
        end();
    }

    private void end() {
        if (ended.compareAndSet(false, true)) {
            whenEnded.run();
        }
    }
}
