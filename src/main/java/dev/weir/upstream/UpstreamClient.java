package dev.weir.upstream;

/** Sends requests. Thread-safe. */
public interface UpstreamClient extends AutoCloseable {
    /**
     * Sends {@code request} as soon as a connection is available, and reports the answer to {@code receiver}. Never blocks
     * and never throws: a request that cannot be sent is a failure for the receiver, possibly before this method returns.
     */
    UpstreamCall send(UpstreamRequest request, UpstreamReceiver receiver);

    /** Ends all calls, with {@link UpstreamFailure.Kind#CLOSED}, and closes all connections. */
    @Override
    void close();
}
