/**
 * Chunks to bytes: the framing of server-sent events, and the writer that moves a stream into a response.
 *
 * <p>May use stream and binding's JSON text. A writer belongs to one response and one thread.
 */
@NullMarked
package dev.weir.sse;

import org.jspecify.annotations.NullMarked;
