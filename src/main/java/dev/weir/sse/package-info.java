/**
 * Chunks to bytes: the framing of server-sent events, the pump that moves a stream into a response, and the time-out of its
 * writes.
 *
 * <p>May use stream and json. A pump belongs to one response. Tasks on shared threads write it, one at a time.
 */
@NullMarked
package dev.weir.sse;

import org.jspecify.annotations.NullMarked;
