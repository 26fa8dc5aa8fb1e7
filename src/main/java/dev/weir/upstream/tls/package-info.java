/**
 * Keys and certificates of secure connections, read from PEM files and key stores.
 *
 * <p>May use the root only. Immutable and thread-safe.
 */
@NullMarked
package dev.weir.upstream.tls;

import org.jspecify.annotations.NullMarked;
