package dev.weir.config;

import dev.weir.upstream.tls.TlsMaterial;
import java.time.Duration;
import java.util.Optional;

/**
 * The HTTP settings of a component: time-outs, retries, version and TLS.
 *
 * @param timeout the longest wait for the response's headers, then for each next part of its body
 * @param connectTimeout the longest wait for the connection
 * @param totalTimeout the longest time of a whole call
 * @param maxRetries the most retries of a failed call, from 0
 * @param retryDelay the wait before the first retry
 * @param retryBackoff the factor by which each wait is longer than the one before; 1 for equal waits
 * @param tls the certificates and the key for secure connections
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
