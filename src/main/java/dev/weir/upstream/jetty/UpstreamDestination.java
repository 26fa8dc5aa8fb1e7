package dev.weir.upstream.jetty;

import java.util.Queue;
import org.eclipse.jetty.client.AbstractConnectionPool;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.transport.HttpDestination;
import org.eclipse.jetty.client.transport.HttpExchange;

/**
 * The calls to one host. When a connection cannot be opened, only the call that has waited longest fails: each other call
 * waits for a connection of its own.
 */
final class UpstreamDestination extends HttpDestination {
    private final int maxWaiting;

    UpstreamDestination(HttpClient client, Origin origin, int maxWaiting) {
        super(client, origin);
        this.maxWaiting = maxWaiting;
    }

    /** Bounds the queue. It also contains calls with a connection that is being opened, which do not count as waiting. */
    @Override
    protected boolean enqueue(Queue<HttpExchange> queue, HttpExchange exchange) {
        int openable = getHttpClient().getMaxConnectionsPerDestination() - busy();
        return queue.size() < Math.max(0, openable) + maxWaiting && super.enqueue(queue, exchange);
    }

    private int busy() {
        return getConnectionPool() instanceof AbstractConnectionPool pool ? pool.getActiveConnectionCount() : 0;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The end of the exchange reports the failure.
    public void failed(Throwable cause) {
        HttpExchange first = getHttpExchanges().poll();
        if (first != null) {
            first.getRequest().abort(cause);
            send();
        }
    }

    int connections() {
        return getConnectionPool() instanceof AbstractConnectionPool pool ? pool.getConnectionCount() : 0;
    }

    /** Whether the limit of connections is reached. */
    boolean isFull() {
        return connections() >= getHttpClient().getMaxConnectionsPerDestination();
    }
}
