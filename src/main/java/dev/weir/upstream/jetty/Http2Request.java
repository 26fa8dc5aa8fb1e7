package dev.weir.upstream.jetty;

import dev.weir.upstream.Headers;
import dev.weir.upstream.UpstreamRequest;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.HTTP2Stream.FrameList;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.util.IteratingCallback;

/** Converts a request to HTTP/2 frames. */
final class Http2Request {
    /** Headers that HTTP/2 does not allow (RFC 9113, section 8.2.2), and headers that the client writes. */
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "host",
            "connection",
            "content-length",
            "keep-alive",
            "proxy-connection",
            "te",
            "transfer-encoding",
            "upgrade");
    /** The size of a header field besides its characters, in bytes (RFC 9113, section 6.5.2). */
    private static final int FIELD_BYTES = 32;

    private Http2Request() {}

    /** The frames of the head and of the first piece of the body. {@link Rest} sends the other pieces. */
    static FrameList begin(UpstreamRequest request) {
        List<byte[]> body = request.body();
        HeadersFrame head = new HeadersFrame(head(request), null, body.isEmpty());
        return body.isEmpty()
                ? new FrameList(head)
                : new FrameList(head, new DataFrame(ByteBuffer.wrap(body.get(0)), body.size() == 1), null);
    }

    private static MetaData.Request head(UpstreamRequest request) {
        URI uri = request.uri();
        HttpFields.Mutable fields = HttpFields.build();
        for (Headers.Field field : request.headers().fields()) {
            if (!OF_THE_CONNECTION.contains(field.key())) {
                fields.add(field.name(), field.value());
            }
        }
        long length = request.body().stream().mapToLong(piece -> piece.length).sum();
        return new MetaData.Request(
                request.method(),
                uri.getScheme(),
                new HostPortHttpField(Http2Origin.of(request).authority()),
                path(uri),
                HttpVersion.HTTP_2,
                fields,
                request.body().isEmpty() ? -1 : length);
    }

    private static String path(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    /** An upper bound for the size of the head, in bytes, as the upstream's limit counts it. */
    static int headBytes(UpstreamRequest request) {
        // The five fields are method, scheme, authority, path and length.
        int bytes = 5 * FIELD_BYTES
                + 64
                + request.method().length()
                + request.uri().toString().length();
        for (Headers.Field field : request.headers().fields()) {
            bytes += FIELD_BYTES + field.name().length() + field.value().length();
        }
        return bytes;
    }

    /** The size of headers in bytes, as HTTP/2 counts it. */
    static int bytes(HttpFields fields) {
        int bytes = 0;
        for (HttpField field : fields) {
            String value = field.getValue();
            bytes += FIELD_BYTES + field.getName().length() + (value == null ? 0 : value.length());
        }
        return bytes;
    }

    /** Sends the pieces of a body after the first, one at a time. */
    static final class Rest extends IteratingCallback {
        private final Stream stream;
        private final Http2Exchange exchange;
        private final Iterator<byte[]> pieces;

        Rest(Stream stream, Http2Exchange exchange, List<byte[]> pieces) {
            this.stream = stream;
            this.exchange = exchange;
            this.pieces = pieces.iterator();
        }

        @Override
        protected Action process() {
            if (!pieces.hasNext()) {
                return Action.SUCCEEDED;
            }
            ByteBuffer piece = ByteBuffer.wrap(pieces.next());
            stream.data(new DataFrame(stream.getId(), piece, !pieces.hasNext()), this);
            return Action.SCHEDULED;
        }

        @Override
        protected void onCompleteSuccess() {
            exchange.uploaded();
        }

        @Override
        protected void onCompleteFailure(Throwable why) {
            exchange.sendingFailed(why);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
