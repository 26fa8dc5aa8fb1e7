/**
 * Selects the proxy of each request.
 *
 * <p>May use the root only. Immutable and thread-safe.
 */
@NullMarked
package dev.weir.upstream.proxy;

import org.jspecify.annotations.NullMarked;
