/**
 * The response to one request, from the release of the request's thread to the last byte: its connection, the detection of a
 * disconnected client, and the memory of large answers.
 *
 * <p>May use sse, server, stream, runtime and lifecycle. One thread at a time writes a response; the tables of open responses are
 * thread-safe.
 */
@NullMarked
package dev.weir.api.response;

import org.jspecify.annotations.NullMarked;
