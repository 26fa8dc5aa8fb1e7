package dev.weir.upstream;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** Sends requests. Thread-safe. */
public interface UpstreamClient extends AutoCloseable {
    /**
     * Starts a client.
     *
     * @param threads runs what blocks, and the loops that read, which go on until the client is closed; must not refuse while threads
     *     can be had. The client does not end it
     * @param timers not ended by the client
     */
    static UpstreamClient start(ClientOptions options, Executor threads, ScheduledExecutorService timers) {
        JettyClient http1 = new JettyClient(options, threads, timers);
        if (options.protocol() == Protocol.HTTP_1_1) {
            return http1;
        }
        try {
            return new Http2Client(options, threads, timers, http1);
        } catch (RuntimeException | Error e) {
            http1.close();
            throw e;
        }
    }

    /**
     * A client that is started beside the caller, who must not wait for it: on some servers no thread runs before the application is
     * there. The arguments are those of {@link #start}.
     */
    static UpstreamClient startLater(ClientOptions options, Executor threads, ScheduledExecutorService timers) {
        return new LateClient(() -> start(options, threads, timers), threads);
    }

    /**
     * Sends {@code request} as soon as a connection is there, and tells {@code receiver} what comes back. Never blocks and never
     * throws: what cannot be sent is a failure that the receiver is told, possibly before this returns.
     */
    UpstreamCall send(UpstreamRequest request, UpstreamReceiver receiver);

    /** Ends every call, which is told {@link UpstreamFailure.Kind#CLOSED}, and every connection. */
    @Override
    void close();
}
