/**
 * Looks up the addresses of hosts on separate threads, and refuses private addresses if the configuration says so.
 *
 * <p>May use the root only. Thread-safe.
 */
@NullMarked
package dev.weir.upstream.address;

import org.jspecify.annotations.NullMarked;
