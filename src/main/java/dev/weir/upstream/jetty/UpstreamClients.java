package dev.weir.upstream.jetty;

import dev.weir.upstream.ClientOptions;
import dev.weir.upstream.Protocol;
import dev.weir.upstream.UpstreamClient;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** Starts clients for HTTP/1.1 and HTTP/2 on Jetty's client. */
public final class UpstreamClients {
    private UpstreamClients() {}

    /**
     * Starts a client.
     *
     * @param threads runs blocking work, and the reading loops until the client is closed; it must not refuse while threads
     *     are available. Not shut down by the client
     * @param timers not shut down by the client
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
     * A client that starts on another thread. The caller does not wait, since on some servers no thread runs before the
     * application has started. Parameters as for {@link #start}.
     */
    public static UpstreamClient startLater(ClientOptions options, Executor threads, ScheduledExecutorService timers) {
        return new LazyClient(() -> start(options, threads, timers), threads);
    }
}
