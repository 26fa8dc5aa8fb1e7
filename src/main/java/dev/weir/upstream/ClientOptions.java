package dev.weir.upstream;

import dev.weir.upstream.proxy.Proxies;
import dev.weir.upstream.tls.TlsMaterial;
import java.time.Duration;

/**
 * The options of a client.
 *
 * @param connectTimeout the longest wait for a connection to one address, and for the look-up of a host name
 * @param idle the time for which a connection without a call is kept
 * @param tls the keys and trusted certificates of secure connections
 * @param proxies the proxy of each request
 * @param maxConnections the most connections to one host
 * @param maxWaiting the most calls that wait for a connection to one host
 * @param selectors the number of threads that read, at least 1
 * @param afterPiece runs after each piece, on the thread that delivers it, before the next piece is delivered
 */
public record ClientOptions(
        Duration connectTimeout,
        Duration idle,
        Protocol protocol,
        TlsMaterial tls,
        Proxies proxies,
        int maxConnections,
        int maxWaiting,
        int selectors,
        Runnable afterPiece) {
    /** Shorter than five seconds, after which common servers close an idle connection. */
    public static final Duration DEFAULT_IDLE = Duration.ofSeconds(4);
}
