package dev.weir.upstream.jetty;

import dev.weir.upstream.UpstreamRequest;
import java.net.URI;
import java.util.Locale;

/**
 * A place that connections lead to. A connection that was opened without a check of its address is not taken by a call that needs
 * the check.
 *
 * @param host in lower case, an IPv6 address in brackets
 * @param publicOnly whether the connection may lead to public addresses only
 */
record Http2Origin(String host, int port, boolean publicOnly) {
    static final int DEFAULT_PORT = 443;

    /** The origin of a request over https. */
    static Http2Origin of(UpstreamRequest request) {
        URI uri = request.uri();
        String authority = uri.getRawAuthority();
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf(']');
        // Names with an underscore are names, too, but java.net.URI gives no host then.
        String host = (hasPort ? authority.substring(0, colon) : authority).toLowerCase(Locale.ROOT);
        String port = hasPort ? authority.substring(colon + 1) : "";
        return new Http2Origin(host, port.isEmpty() ? DEFAULT_PORT : Integer.parseInt(port), request.publicOnly());
    }

    /** The host, and the port unless it is that of https. */
    String authority() {
        return port == DEFAULT_PORT ? host : host + ":" + port;
    }

    URI uri() {
        return URI.create("https://" + authority());
    }

    /** With the port, as proxies are asked for it. */
    String hostAndPort() {
        return host + ":" + port;
    }

    /** The host as it is written in certificates: an IPv6 address without brackets. */
    String bareHost() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
