package dev.weir.upstream;

import java.net.URI;
import java.util.List;

/**
 * A request to an upstream.
 *
 * @param uri absolute, {@code http} or {@code https}, without user and password
 * @param headers all headers but those of the connection ({@code Host}, {@code Content-Length}, {@code Transfer-Encoding},
 *     {@code Connection}), which the client writes
 * @param body the pieces of the body, sent with their total length; not to be changed afterwards. Empty for a request
 *     without a body and without a length
 * @param publicOnly true to connect to public addresses only
 */
public record UpstreamRequest(String method, URI uri, Headers headers, List<byte[]> body, boolean publicOnly) {
    public UpstreamRequest {
        body = List.copyOf(body);
    }

    /** This request with {@code publicOnly} set to {@code only}. */
    public UpstreamRequest guarded(boolean only) {
        return only == publicOnly ? this : new UpstreamRequest(method, uri, headers, body, only);
    }
}
