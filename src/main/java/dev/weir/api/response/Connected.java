package dev.weir.api.response;

import java.util.Optional;

/** What goes to a client over a connection. */
public interface Connected {
    /** The other end of that connection; empty where it cannot be told. */
    Optional<Peer> peer();

    /**
     * The other end of a connection.
     *
     * @param connection as the server tells it
     * @param isForwarded whether a proxy says to forward the request, so that the server may tell the address of that proxy's client
     */
    record Peer(SocketTable.Connection connection, boolean isForwarded) {}
}
