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
        return new JettyClient(options, threads, timers);
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
