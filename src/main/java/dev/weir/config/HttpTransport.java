package dev.weir.config;

import dev.weir.upstream.tls.TlsMaterial;
import java.time.Duration;
import java.util.Optional;

/**
 * How a component speaks HTTP, and how patiently.
 *
 * @param timeout the longest wait for the response's headers, then for each next piece of it
 * @param connectTimeout the longest wait for the connection
 * @param totalTimeout the longest that a call may take in all
 * @param maxRetries how often a failed call is tried again, from 0
 * @param retryDelay the wait before the first retry
 * @param retryBackoff by how much each wait is longer than the one before; 1 for the same
 * @param tls the certificates and the key of its secure connections
 */
public record HttpTransport(
        Optional<Duration> timeout,
        Optional<Duration> connectTimeout,
        Optional<Duration> totalTimeout,
        int maxRetries,
        Duration retryDelay,
        double retryBackoff,
        HttpVersion httpVersion,
        TlsMaterial tls) {}
