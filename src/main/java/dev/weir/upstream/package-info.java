/**
 * Sends HTTP requests to upstreams: the contract of a client, a request and a receiver. One call never depends on another
 * call's reader, connection or end.
 *
 * <p>May use upstream.proxy and upstream.tls. {@code upstream.jetty} implements it. Plain Java. Nothing blocks a caller;
 * receivers are called on the client's selector thread.
 */
@NullMarked
package dev.weir.upstream;

import org.jspecify.annotations.NullMarked;
