package dev.weir.api.response;

import java.util.Optional;

/** A response with a known connection to its client. */
public interface Connected {
    /** The other end of the connection; empty if it is unknown. */
    Optional<Peer> peer();

    /**
     * The other end of a connection.
     *
     * @param connection the addresses and ports as the server reports them
     * @param isForwarded whether header fields of a proxy are present; the server may then report the address of the proxy's
     *     client
     */
    record Peer(SocketTable.Connection connection, boolean isForwarded) {}
}
