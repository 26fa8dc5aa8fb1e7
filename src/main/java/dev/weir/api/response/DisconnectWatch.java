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
 * Finds clients that have closed their connection while nothing can be written to them: a run waits for its place or works at a whole
 * value. A client that closes only its sending half counts as gone, as it does for usual proxies. One that has reset its connection is
 * missing in the table: it counts as gone when it is missing several times in a row, since the table is no snapshot.
 *
 * <p>A server may tell the address of a proxy's client instead of the other end of the connection, which is never in the table. A
 * missing connection therefore tells something only if it was in the table before, or if another of the same port of this server was
 * and no proxy says to forward the request. Thread-safe.
 */
final class DisconnectWatch implements OpenResponses.Clients {
    private static final int MISSING_LOOKS = 3;
    private static final int LEARNING_LOOKS = 100;

    private final SocketTable table;
    /** How often in a row a response's connection was missing, which is known to be in the table as long as it is open. */
    private final Map<Object, Integer> missing = new WeakHashMap<>();
    /** The ports of this server whose connections the table has. */
    private final Set<Integer> ports = new HashSet<>();
    /** Read by whoever answers, who must not wait for a look. */
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
    public synchronized Collection<Object> gone(Collection<Object> responses) {
        Map<Connected.Peer, Object> byPeer = new HashMap<>();
        for (Object response : responses) {
            if (response instanceof Connected connected) {
                connected.peer().ifPresent(peer -> byPeer.put(peer, response));
            }
        }
        if (byPeer.isEmpty()) {
            return List.of();
        }
        SocketTable.Look look = table.look(
                byPeer.keySet().stream().map(Connected.Peer::connection).collect(Collectors.toSet()));
        look.open().forEach(connection -> ports.add(connection.localPort()));
        looks = Math.min(looks + 1, LEARNING_LOOKS);
        learning = ports.isEmpty() && looks < LEARNING_LOOKS;
        List<Object> gone = new ArrayList<>();
        byPeer.forEach((peer, response) -> {
            if (look.closedByClient().contains(peer.connection()) || isReset(response, peer, look)) {
                gone.add(response);
            }
        });
        return gone;
    }

    private boolean isReset(Object response, Connected.Peer peer, SocketTable.Look look) {
        if (look.open().contains(peer.connection())) {
            missing.put(response, 0);
            return false;
        }
        boolean isKnown = missing.containsKey(response)
                || (!peer.isForwarded() && ports.contains(peer.connection().localPort()));
        return look.complete() && isKnown && missing.merge(response, 1, Integer::sum) >= MISSING_LOOKS;
    }
}
