/**
 * What differs from server to server and cannot be written once for all: the names of the servers' classes stand in this package
 * alone. {@code docs/internals/server-differences.md} lists all differences, also those for which one code serves all servers.
 *
 * <p>May use the root only. Thread-safe.
 */
@NullMarked
package dev.weir.server;

import org.jspecify.annotations.NullMarked;
