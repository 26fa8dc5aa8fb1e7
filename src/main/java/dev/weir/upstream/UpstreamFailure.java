package dev.weir.upstream;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The failure of a call without a whole answer. The message names neither addresses nor objects of the client. */
public final class UpstreamFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** The kinds of failures that callers distinguish. */
    public enum Kind {
        /** The host has no address, or the look-up of its name failed. */
        HOST_UNKNOWN,
        /** The address is not allowed for this call; the cause gives the reason. */
        ADDRESS_DENIED,
        /** No connection was established within the time-out. */
        CONNECT_TIMED_OUT,
        /** The connection was refused, or there is no network route to the host. */
        REFUSED,
        /** The secure connection could not be established. */
        NOT_SECURE,
        /** The proxy did not open a tunnel to the upstream. */
        PROXY_REFUSED,
        /** Too many calls wait for a connection to this host. */
        QUEUE_FULL,
        /** The connection ended before the first byte of the answer. */
        NO_ANSWER,
        /** The connection failed within the answer. */
        BROKE_OFF,
        /** The connection was closed before the answer was complete. */
        TRUNCATED,
        /** The answer is not valid HTTP, contradicts itself, or has a head that is too long. */
        MALFORMED,
        /** The call was cancelled. */
        CANCELLED,
        /** The client was closed. */
        CLOSED,
        /** Any other failure, such as an exception of the receiver. */
        FAILED
    }

    /**
     * Makes a failure.
     *
     * @param message for clients and logs, without addresses and objects of the client
     */
    public UpstreamFailure(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** The kind of failure. */
    public Kind kind() {
        return kind;
    }
}
