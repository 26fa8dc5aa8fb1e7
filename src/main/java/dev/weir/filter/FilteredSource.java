package dev.weir.filter;

import dev.weir.WeirException;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A source whose chunks pass through filters on the consumer's thread. */
final class FilteredSource implements ChunkSource {
    /** The most chunks that one poll holds back. Then it returns null and signals at once that the source is readable. */
    private static final int MOST_HELD = 64;

    private final ChunkSource upstream;
    private final ChunkFilter filter;
    private final Deque<Object> ready = new ArrayDeque<>();
    private @Nullable Received end;

    FilteredSource(ChunkSource upstream, ChunkFilter filter) {
        this.upstream = upstream;
        this.filter = filter;
    }

    @Override
    public @Nullable Received poll(Runnable whenReadable) {
        Received next = next();
        for (int held = 0; next == null && held < MOST_HELD; held++) {
            Received received = upstream.poll(whenReadable);
            if (received == null) {
                return null;
            }
            pass(received);
            next = next();
        }
        if (next == null) {
            whenReadable.run();
        }
        return next;
    }

    private @Nullable Received next() {
        Object chunk = ready.poll();
        return chunk == null ? end : new Received.Chunk(chunk);
    }

    private void pass(Received received) {
        try {
            if (received instanceof Received.Chunk chunk) {
                filter.add(chunk.value(), ready::add);
            } else {
                filter.end(ready::add);
                end = received;
            }
        } catch (RuntimeException e) {
            end = new Received.Failed(WeirException.of(e));
            upstream.close();
        }
    }

    @Override
    public void close() {
        upstream.close();
    }
}
