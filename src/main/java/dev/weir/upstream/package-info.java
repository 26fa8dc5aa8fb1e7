/**
 * Sends HTTP requests to upstreams: the contract of a client, a request and a receiver. A call never depends on the
 * reader, the connection or the end of another call.
 *
 * <p>May use upstream.proxy and upstream.tls. {@code upstream.jetty} implements it. Plain Java. No method blocks its
 * caller. Receivers must not block, since they usually run on the client's selector thread.
 */
@NullMarked
package dev.weir.upstream;

import org.jspecify.annotations.NullMarked;
