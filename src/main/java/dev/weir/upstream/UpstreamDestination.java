package dev.weir.upstream;

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
    UpstreamDestination(HttpClient client, Origin origin) {
        super(client, origin);
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
