package dev.weir.api;

import dev.weir.sse.OpenResponses;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds clients that have closed their connection while nothing can be written to them: a run waits for its place or works at a whole
 * value. A client that closes only its sending half counts as gone, as it does for usual proxies. One that has reset its connection is
 * missing in the table: it counts as gone when it was there before and is missing several times in a row, since the table is no
 * snapshot. A connection that was never in the table, such as that of a client behind a proxy whose address the server hides, tells
 * nothing. Used by one thread at a time.
 */
final class GoneClients implements OpenResponses.Clients {
    private static final int MISSING_LOOKS = 3;

    private final SocketTable table;
    /** How often in a row those that were there once are missing. */
    private final Map<SocketTable.Connection, Integer> missing = new HashMap<>();

    GoneClients(SocketTable table) {
        this.table = table;
    }

    @Override
    public synchronized Collection<Object> gone(Collection<Object> responses) {
        Map<SocketTable.Connection, Object> byConnection = new HashMap<>();
        for (Object response : responses) {
            if (response instanceof Connected connected) {
                connected.connection().ifPresent(connection -> byConnection.put(connection, response));
            }
        }
        Set<SocketTable.Connection> asked = byConnection.keySet();
        missing.keySet().retainAll(asked);
        if (asked.isEmpty()) {
            return List.of();
        }
        SocketTable.Look look = table.look(asked);
        List<Object> gone = new ArrayList<>();
        byConnection.forEach((connection, response) -> {
            if (look.closedByClient().contains(connection) || isReset(connection, look)) {
                gone.add(response);
            }
        });
        return gone;
    }

    private boolean isReset(SocketTable.Connection connection, SocketTable.Look look) {
        if (look.open().contains(connection)) {
            missing.put(connection, 0);
            return false;
        }
        if (!look.complete() || !missing.containsKey(connection)) {
            return false;
        }
        return missing.merge(connection, 1, Integer::sum) >= MISSING_LOOKS;
    }
}
