package dev.weir.upstream.jetty;

import dev.weir.upstream.ClientOptions;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/** Makes the connectors of the clients for both versions of HTTP. Threads and timers are given. */
final class Connectors {
    private static final long POOLED_BYTES = 4L << 20;

    private Connectors() {}

    /** A connector that is not started. Each client has its own connector and closes it. */
    static ClientConnector of(ClientOptions options, Executor threads, ScheduledExecutorService timers) {
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(options.selectors());
        connector.setExecutor(task -> threads.execute(inThisApplication(task)));
        connector.setScheduler(new ScheduledExecutorScheduler(timers));
        connector.setByteBufferPool(new ArrayByteBufferPool(-1, 4096, 64 << 10, 256, POOLED_BYTES, POOLED_BYTES));
        connector.setSslContextFactory(SecureConnections.factory(options.tls()));
        return connector;
    }

    /**
     * Runs {@code task} with the class loader of this application. Jetty finds parts of HTTP/2 with the context class
     * loader; with another one, calls would hang without an error.
     */
    static Runnable inThisApplication(Runnable task) {
        return () -> {
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(Connectors.class.getClassLoader());
            try {
                task.run();
            } finally {
                thread.setContextClassLoader(before);
            }
        };
    }

    /**
     * Starts a client.
     *
     * @throws IllegalStateException if the client does not start
     */
    static void start(LifeCycle client) {
        Exception[] failure = new Exception[1];
        inThisApplication(() -> {
                    try {
                        client.start();
                    } catch (Exception e) {
                        failure[0] = e;
                    }
                })
                .run();
        if (failure[0] != null) {
            throw new IllegalStateException("the HTTP client does not start", failure[0]);
        }
    }

    /**
     * Stops a client.
     *
     * @throws IllegalStateException if the client does not stop
     */
    static void stop(LifeCycle client) {
        try {
            client.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP client does not end", e);
        }
    }
}
