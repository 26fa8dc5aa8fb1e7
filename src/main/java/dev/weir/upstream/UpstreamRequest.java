package dev.weir.upstream;

import java.net.URI;
import java.util.List;

/**
 * A request as it is sent.
 *
 * @param uri absolute, {@code http} or {@code https}, without user and password
 * @param headers without those that belong to the connection ({@code Host}, {@code Content-Length}, {@code Transfer-Encoding},
 *     {@code Connection}), which the client writes itself
 * @param body the pieces of the body, sent with their length; not to be changed afterwards. Empty for no body, of which the
 *     request then says nothing
 * @param publicOnly whether the connection may lead to public addresses only
 */
public record UpstreamRequest(String method, URI uri, Headers headers, List<byte[]> body, boolean publicOnly) {
    public UpstreamRequest {
        body = List.copyOf(body);
    }

    /** This request, which may lead to public addresses only if {@code only}. */
    public UpstreamRequest guarded(boolean only) {
        return only == publicOnly ? this : new UpstreamRequest(method, uri, headers, body, only);
    }
}
