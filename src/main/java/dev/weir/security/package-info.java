/**
 * Callers and their limits: API keys, signed tokens, and limits of requests, runs and chunks.
 *
 * <p>May use config, stream, telemetry and upstream.proxy. Plain Java without servlets: the data of a request and the threads are passed
 * in. Thread-safe.
 */
@NullMarked
package dev.weir.security;

import org.jspecify.annotations.NullMarked;
