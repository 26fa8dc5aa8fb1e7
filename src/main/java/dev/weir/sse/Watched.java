package dev.weir.sse;

import dev.weir.WeirException;

/** A response that {@link OpenResponses} watches. Thread-safe; no method blocks. */
public interface Watched {
    /** The result of a check of a response. */
    enum Finding {
        FINE,
        /** A write has exceeded its time-out. */
        STALLED,
        /** Nothing was written for a while: the client may have disconnected. */
        SILENT
    }

    /** Triggers the writes that are due, and returns the state of the response. */
    Finding check(long nowNanos);

    /** Ends the response after the write time-out. */
    void endStalled();

    /** Ends the response of a client that was found disconnected outside a write. */
    void endDisconnected();

    /** Ends the response now with the failure {@code why}. A running write is interrupted. */
    void cutOff(WeirException why);

    /** The response, as {@link OpenResponses.Clients} know it. */
    Object response();
}
