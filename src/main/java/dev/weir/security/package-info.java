/**
 * Who calls, and how much they may have: API keys, signed tokens, and limits of requests, runs and chunks.
 *
 * <p>May use config, stream, and upstream.proxy. Plain Java: what of a request matters is handed in, and threads, too. Thread-safe.
 */
@NullMarked
package dev.weir.security;

import org.jspecify.annotations.NullMarked;
