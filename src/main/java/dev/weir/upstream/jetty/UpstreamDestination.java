package dev.weir.upstream.jetty;

import java.util.Queue;
import org.eclipse.jetty.client.AbstractConnectionPool;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.transport.HttpDestination;
import org.eclipse.jetty.client.transport.HttpExchange;

/**
 * The calls to one host. A connection that does not come about fails one call, the one that has waited longest: the other calls
 * have connections of their own to come.
 */
final class UpstreamDestination extends HttpDestination {
    private final int maxWaiting;

    UpstreamDestination(HttpClient client, Origin origin, int maxWaiting) {
        super(client, origin);
        this.maxWaiting = maxWaiting;
    }

    /** Calls whose connection is being opened stand in the queue, too. They are not among those that may wait for a free one. */
    @Override
    protected boolean enqueue(Queue<HttpExchange> queue, HttpExchange exchange) {
        int openable = getHttpClient().getMaxConnectionsPerDestination() - busy();
        return queue.size() < Math.max(0, openable) + maxWaiting && super.enqueue(queue, exchange);
    }

    private int busy() {
        return getConnectionPool() instanceof AbstractConnectionPool pool ? pool.getActiveConnectionCount() : 0;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The end of the exchange tells it.
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

    /** Whether no further connection may be opened. */
    boolean isFull() {
        return connections() >= getHttpClient().getMaxConnectionsPerDestination();
    }
}
