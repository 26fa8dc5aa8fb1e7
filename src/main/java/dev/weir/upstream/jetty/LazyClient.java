package dev.weir.upstream.jetty;

import dev.weir.upstream.UpstreamCall;
import dev.weir.upstream.UpstreamClient;
import dev.weir.upstream.UpstreamFailure;
import dev.weir.upstream.UpstreamFailure.Kind;
import dev.weir.upstream.UpstreamReceiver;
import dev.weir.upstream.UpstreamRequest;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client that starts on another thread, or at the latest with its first call. The start of a client waits for threads. On
 * Open Liberty a managed thread waits until the application has started. An application that waited for a client would
 * therefore never start. Thread-safe.
 */
final class LazyClient implements UpstreamClient {
    private static final System.Logger LOG = System.getLogger(LazyClient.class.getName());

    private final Supplier<UpstreamClient> start;
    private @Nullable UpstreamClient started;
    private boolean closed;

    /**
     * Begins to start the client.
     *
     * @param threads runs the start; if it refuses, the first call starts the client
     */
    LazyClient(Supplier<UpstreamClient> start, Executor threads) {
        this.start = start;
        try {
            threads.execute(this::begin);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.DEBUG, "a client starts with its first call", e);
        }
    }

    private void begin() {
        try {
            client();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.WARNING, "a client could not be started: its first call tries again", e);
        }
    }

    /** The client, started now if necessary; null after {@code close}. */
    private synchronized @Nullable UpstreamClient client() {
        if (started == null && !closed) {
            started = start.get();
        }
        return closed ? null : started;
    }

    @Override
    public UpstreamCall send(UpstreamRequest request, UpstreamReceiver receiver) {
        try {
            UpstreamClient client = client();
            if (client != null) {
                return client.send(request, receiver);
            }
            receiver.onFailure(new UpstreamFailure(Kind.CLOSED, "the client was closed", null));
        } catch (RuntimeException | Error e) {
            receiver.onFailure(new UpstreamFailure(Kind.FAILED, "the client could not be started", e));
        }
        return Unsent.INSTANCE;
    }

    @Override
    public void close() {
        UpstreamClient ended;
        synchronized (this) {
            closed = true;
            ended = started;
        }
        if (ended != null) {
            ended.close();
        }
    }

    /** A call that has already failed. */
    private enum Unsent implements UpstreamCall {
        INSTANCE;

        @Override
        public void request() {}

        @Override
        public void cancel() {}

        @Override
        public State state() {
            return State.CONNECTING;
        }
    }
}
