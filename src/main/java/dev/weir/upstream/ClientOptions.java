package dev.weir.upstream;

import dev.weir.upstream.proxy.Proxies;
import dev.weir.upstream.tls.TlsMaterial;
import java.time.Duration;

/**
 * What a client is made with.
 *
 * @param connectTimeout the longest wait for one address of a host, and for the look-up of its name
 * @param idle how long a connection without a call is kept
 * @param tls the keys and the trust of secure connections
 * @param proxies which requests go through which proxy
 * @param maxConnections the most connections to one host
 * @param maxWaiting the most calls that wait for a connection to one host
 * @param selectors the threads that read, at least 1
 * @param afterPiece run on the thread that reads after each piece, before the next is read
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
    /** Shorter than what common servers keep an idle connection for, which is five seconds. */
    public static final Duration DEFAULT_IDLE = Duration.ofSeconds(4);
}
