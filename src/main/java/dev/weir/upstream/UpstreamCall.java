package dev.weir.upstream;

/** One request and its answer. Thread-safe; no method blocks. */
public interface UpstreamCall {
    /** Requests one more piece of the body. Pieces that are not requested are not delivered (back-pressure). */
    void request();

    /**
     * Ends the call. An HTTP/1.1 connection is closed, an HTTP/2 stream is reset, and a waiting call leaves the queue. The
     * receiver gets {@link UpstreamFailure.Kind#CANCELLED} unless the call has ended. Idempotent.
     */
    void cancel();

    /** The progress of the call. */
    State state();

    /** The progress of a call. */
    enum State {
        /** A connection is being opened. */
        CONNECTING,
        /** All connections that this host may have are in use. */
        WAITING,
        /** The request is being sent or has been sent. */
        SENT
    }
}
