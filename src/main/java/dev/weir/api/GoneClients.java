package dev.weir.api;

import dev.weir.sse.OpenResponses;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds clients that have closed their connection while nothing can be written to them: a run waits for its place or works at a whole
 * value. A client that closes only its sending half counts as gone, as it does for usual proxies.
 */
record GoneClients(SocketTable table) implements OpenResponses.Clients {
    @Override
    public Collection<Object> gone(Collection<Object> responses) {
        Map<SocketTable.Connection, Object> byConnection = new HashMap<>();
        for (Object response : responses) {
            if (response instanceof OpenResponse open) {
                open.connection().ifPresent(connection -> byConnection.put(connection, open));
            }
        }
        if (byConnection.isEmpty()) {
            return List.of();
        }
        Set<SocketTable.Connection> closed = table.closedByClient(byConnection.keySet());
        return closed.stream().map(byConnection::get).toList();
    }
}
