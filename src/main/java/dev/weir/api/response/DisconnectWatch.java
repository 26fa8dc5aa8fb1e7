package dev.weir.api.response;

import dev.weir.sse.OpenResponses;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Collectors;

/**
 * Finds clients that have closed their connection while nothing is written to them, for example while a run waits for its place.
 * A client that closes only its sending half counts as disconnected, as in common proxies. A connection that was reset is missing
 * in the table. It counts as disconnected after several checks in a row, since the table is no snapshot.
 *
 * <p>A server may report the address of a proxy's client instead of the other end, and such a connection is never in the table.
 * So a missing connection counts only in two cases. Either it was in the table before, or another connection of the same local
 * port was, and no header field of a proxy is present. Thread-safe.
 */
final class DisconnectWatch implements OpenResponses.Clients {
    private static final int MISSING_CHECKS = 3;
    private static final int LEARNING_CHECKS = 100;

    private final SocketTable table;
    /**
     * The number of checks in a row in which a response's connection was missing. Only for connections that the table shows while
     * they are open.
     */
    private final Map<Object, Integer> missing = new WeakHashMap<>();
    /** The local ports with connections in the table. */
    private final Set<Integer> ports = new HashSet<>();
    /** Volatile, so that threads that answer need not wait for a running check. */
    private volatile boolean learning = true;

    private int looks;

    DisconnectWatch(SocketTable table) {
        this.table = table;
    }

    @Override
    public boolean isLearning() {
        return learning;
    }

    @Override
    public synchronized Collection<Object> disconnected(Collection<Object> responses) {
        Map<Connected.Peer, Object> byPeer = new HashMap<>();
        for (Object response : responses) {
            if (response instanceof Connected connected) {
                connected.peer().ifPresent(peer -> byPeer.put(peer, response));
            }
        }
        if (byPeer.isEmpty()) {
            return List.of();
        }
        SocketTable.Result look = table.find(
                byPeer.keySet().stream().map(Connected.Peer::connection).collect(Collectors.toSet()));
        look.open().forEach(connection -> ports.add(connection.localPort()));
        looks = Math.min(looks + 1, LEARNING_CHECKS);
        learning = ports.isEmpty() && looks < LEARNING_CHECKS;
        List<Object> disconnected = new ArrayList<>();
        byPeer.forEach((peer, response) -> {
            if (look.closedByClient().contains(peer.connection()) || isReset(response, peer, look)) {
                disconnected.add(response);
            }
        });
        return disconnected;
    }

    private boolean isReset(Object response, Connected.Peer peer, SocketTable.Result look) {
        if (look.open().contains(peer.connection())) {
            missing.put(response, 0);
            return false;
        }
        boolean isKnown = missing.containsKey(response)
                || (!peer.isForwarded() && ports.contains(peer.connection().localPort()));
        return look.complete() && isKnown && missing.merge(response, 1, Integer::sum) >= MISSING_CHECKS;
    }
}
