package dev.weir.upstream.jetty;

import dev.weir.upstream.ClientOptions;
import dev.weir.upstream.Protocol;
import dev.weir.upstream.UpstreamClient;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** Starts clients for HTTP/1.1 and HTTP/2, over Jetty's client. */
public final class UpstreamClients {
    private UpstreamClients() {}

    /**
     * Starts a client.
     *
     * @param threads runs what blocks, and the loops that read, which go on until the client is closed; must not refuse while threads
     *     can be had. The client does not end it
     * @param timers not ended by the client
     */
    public static UpstreamClient start(ClientOptions options, Executor threads, ScheduledExecutorService timers) {
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
    public static UpstreamClient startLater(ClientOptions options, Executor threads, ScheduledExecutorService timers) {
        return new LateClient(() -> start(options, threads, timers), threads);
    }
}
