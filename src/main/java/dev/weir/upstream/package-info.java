/**
 * Sends HTTP requests to upstreams: connections, pools, TLS, proxies. One call never depends on another's reader, connection or
 * end.
 *
 * <p>May use stream and the root. Plain Java over Jetty's client, which is named in this package alone. Nothing blocks a caller;
 * receivers are called on the client's selector thread.
 */
@NullMarked
package dev.weir.upstream;

import org.jspecify.annotations.NullMarked;
