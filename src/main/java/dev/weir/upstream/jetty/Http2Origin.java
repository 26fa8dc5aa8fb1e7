package dev.weir.upstream.jetty;

import dev.weir.upstream.UpstreamRequest;
import java.net.URI;
import java.util.Locale;

/**
 * The origin of connections. Calls to public addresses only have an origin of their own: they must not use a connection
 * that was opened without the check.
 *
 * @param host in lower case, an IPv6 address in brackets
 * @param publicOnly true to connect to public addresses only
 */
record Http2Origin(String host, int port, boolean publicOnly) {
    static final int DEFAULT_PORT = 443;

    /** The origin of a request over https. */
    static Http2Origin of(UpstreamRequest request) {
        URI uri = request.uri();
        String authority = uri.getRawAuthority();
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf(']');
        // For a name with an underscore, java.net.URI gives no host.
        String host = (hasPort ? authority.substring(0, colon) : authority).toLowerCase(Locale.ROOT);
        String port = hasPort ? authority.substring(colon + 1) : "";
        return new Http2Origin(host, port.isEmpty() ? DEFAULT_PORT : Integer.parseInt(port), request.publicOnly());
    }

    /** The host, with the port unless it is the default port of https. */
    String authority() {
        return port == DEFAULT_PORT ? host : host + ":" + port;
    }

    URI uri() {
        return URI.create("https://" + authority());
    }

    /** The host with its port, for a CONNECT request. */
    String hostAndPort() {
        return host + ":" + port;
    }

    /** The host as in certificates: an IPv6 address without brackets. */
    String bareHost() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
