package dev.weir.upstream;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why a call ended without its answer. The message names neither addresses nor objects of the client. */
public final class UpstreamFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What happened, as far as it makes a difference. */
    public enum Kind {
        /** The host has no address, or it could not be looked up. */
        HOST_UNKNOWN,
        /** The address is not one that this call may lead to; the cause says why. */
        ADDRESS_DENIED,
        /** No connection came about in time. */
        CONNECT_TIMED_OUT,
        /** The connection was refused, or the network has no way there. */
        REFUSED,
        /** No secure connection came about. */
        NOT_SECURE,
        /** The proxy did not open a way to the upstream. */
        PROXY_REFUSED,
        /** More calls wait for a connection to this host than may. */
        QUEUE_FULL,
        /** The connection ended before any byte of the answer came. */
        NO_ANSWER,
        /** The connection failed while the answer came. */
        BROKE_OFF,
        /** The connection ended before the answer's own end. */
        TRUNCATED,
        /** The answer is no HTTP, contradicts itself, or has a head that is too long. */
        MALFORMED,
        /** The call was cancelled. */
        CANCELLED,
        /** The client was closed. */
        CLOSED,
        /** What none of the others says, such as a receiver that threw. */
        FAILED
    }

    public UpstreamFailure(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What happened. */
    public Kind kind() {
        return kind;
    }
}
