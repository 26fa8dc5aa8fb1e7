/**
 * The addresses of a host: they are looked up on a thread of their own, and private ones are refused where the configuration
 * says so.
 *
 * <p>May use the root only. Thread-safe.
 */
@NullMarked
package dev.weir.upstream.address;

import org.jspecify.annotations.NullMarked;
