/**
 * The client for upstreams over Jetty's HTTP client, HTTP/1.1 and HTTP/2: connections, pools, proxies and tunnels. Jetty is
 * named in this package alone.
 *
 * <p>May use upstream, upstream.address, upstream.proxy, upstream.tls and stream. {@link
 * dev.weir.upstream.jetty.UpstreamClients} is the way in. Thread-safe.
 */
@NullMarked
package dev.weir.upstream.jetty;

import org.jspecify.annotations.NullMarked;
