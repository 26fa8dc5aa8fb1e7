/**
 * The response to one request, from the moment when the request thread is let go until the last byte: its connection, the
 * signal that the client has disconnected, and the memory of large answers.
 *
 * <p>May use sse, stream, runtime and lifecycle. A response is written by one thread at a time; the tables of open responses
 * are thread-safe.
 */
@NullMarked
package dev.weir.api.response;

import org.jspecify.annotations.NullMarked;
