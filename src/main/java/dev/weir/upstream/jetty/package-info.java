/**
 * The client for upstreams on Jetty's HTTP client, for HTTP/1.1 and HTTP/2: connections, pools, proxies and tunnels. No
 * other package uses Jetty's client.
 *
 * <p>May use upstream, upstream.address, upstream.proxy, upstream.tls and stream.
 * {@link dev.weir.upstream.jetty.UpstreamClients} is the entry point. Thread-safe.
 */
@NullMarked
package dev.weir.upstream.jetty;

import org.jspecify.annotations.NullMarked;
