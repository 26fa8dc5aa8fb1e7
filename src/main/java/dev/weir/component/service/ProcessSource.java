package dev.weir.component.service;

import dev.weir.WeirException;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A stream from a process of this server. If it breaks off because the process has ended, its failure says so and shows
 * the last output of the process. The failure is reported only when that is known.
 */
final class ProcessSource implements ChunkSource {
    private final ChunkSource rest;
    private final ProcessEnd news;
    /** The failure of the stream, after the stream has failed. */
    private @Nullable CompletableFuture<WeirException> failure;
    /** The consumer's callback, which runs at most once. */
    private @Nullable Runnable whenReadable;

    ProcessSource(ChunkSource rest, ProcessEnd news) {
        this.rest = rest;
        this.news = news;
    }

    @Override
    public @Nullable Received poll() {
        return polled(failure == null ? rest.poll() : null);
    }

    @Override
    public @Nullable Received poll(Runnable action) {
        Received received = polled(failure == null ? rest.poll(action) : null);
        if (received == null && failure != null) {
            leave(failure, action);
        }
        return received;
    }

    /** The next chunk or the end. A failure is given when its cause is known. */
    private @Nullable Received polled(@Nullable Received received) {
        if (received instanceof Received.Failed failed) {
            failure = news.explained(failed.cause());
        } else if (received != null) {
            return received;
        }
        return failure != null && failure.isDone() ? new Received.Failed(failure.join()) : null;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Only the action depends on it.
    private void leave(CompletableFuture<WeirException> awaited, Runnable action) {
        boolean first;
        synchronized (this) {
            first = whenReadable == null;
            whenReadable = action;
        }
        if (first) {
            awaited.whenComplete((told, none) -> readable());
        } else if (awaited.isDone()) {
            readable();
        }
    }

    private void readable() {
        Runnable action;
        synchronized (this) {
            action = whenReadable;
            whenReadable = () -> {};
        }
        if (action != null) {
            action.run();
        }
    }

    @Override
    public void close() {
        rest.close();
    }
}
