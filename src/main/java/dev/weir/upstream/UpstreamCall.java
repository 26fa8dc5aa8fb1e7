package dev.weir.upstream;

/** One request and its answer. Thread-safe; no method blocks. */
public interface UpstreamCall {
    /** Asks for one more piece of the body. What the receiver does not ask for is not read from the connection. */
    void request();

    /**
     * Ends the call: its connection is closed, over HTTP/2 its stream is reset, and a call that waits for a connection leaves the
     * queue. The receiver is told {@link UpstreamFailure.Kind#CANCELLED} unless the call has ended. Again, it does nothing.
     */
    void cancel();

    /** How far the call has come. */
    State state();

    /** How far a call has come. */
    enum State {
        /** A connection is being opened. */
        CONNECTING,
        /** Every connection that may lead to this host is in use. */
        WAITING,
        /** The request goes out, or has gone out. */
        SENT
    }
}
