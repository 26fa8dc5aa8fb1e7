package dev.weir.api;

import java.util.Optional;

/** What goes to a client over a connection. */
interface Connected {
    /** That connection; empty where it cannot be told. */
    Optional<SocketTable.Connection> connection();
}
