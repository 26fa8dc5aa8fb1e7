package dev.weir.upstream;

/** Sends requests. Thread-safe. */
public interface UpstreamClient extends AutoCloseable {
    /**
     * Sends {@code request} as soon as a connection is there, and tells {@code receiver} what comes back. Never blocks and never
     * throws: what cannot be sent is a failure that the receiver is told, possibly before this returns.
     */
    UpstreamCall send(UpstreamRequest request, UpstreamReceiver receiver);

    /** Ends every call, which is told {@link UpstreamFailure.Kind#CLOSED}, and every connection. */
    @Override
    void close();
}
