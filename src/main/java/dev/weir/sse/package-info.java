/**
 * Chunks to bytes: the framing of server-sent events, the writer that moves a stream into a response, and its patience with
 * the client.
 *
 * <p>May use stream and binding's JSON text. A writer belongs to one response and one thread.
 */
@NullMarked
package dev.weir.sse;

import org.jspecify.annotations.NullMarked;
