package dev.weir.component.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** One request to a {@link SecureUpstream} with its body, and the answer of a script. */
final class UpstreamExchange {
    private static final int MEGABYTE = 1_000_000;

    private final Request request;
    private final Response response;
    private final String body;
    private final CompletableFuture<Void> left = new CompletableFuture<>();

    UpstreamExchange(Request request, Response response, String body) {
        this.request = request;
        this.response = response;
        this.body = body;
        request.addFailureListener(left::completeExceptionally);
    }

    String method() {
        return request.getMethod();
    }

    /** The path and the query. */
    String target() {
        return request.getHttpURI().getPathQuery();
    }

    String header(String name) {
        String value = request.getHeaders().get(name);
        return value == null ? "" : value;
    }

    String body() {
        return body;
    }

    /** Sends status and headers, each {@code Name: value}. */
    UpstreamExchange begin(int status, String contentType, String... headers) throws IOException {
        response.setStatus(status);
        if (!contentType.isEmpty()) {
            response.getHeaders().put("Content-Type", contentType);
        }
        for (String header : headers) {
            String[] field = header.split(": ", 2);
            response.getHeaders().add(field[0], field[1]);
        }
        return send(new byte[0]);
    }

    /** Sends the head of an event stream. */
    UpstreamExchange events() throws IOException {
        return begin(200, "text/event-stream");
    }

    UpstreamExchange send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Blocks until the bytes are in the connection. */
    UpstreamExchange send(byte[] bytes) throws IOException {
        Content.Sink.write(response, false, ByteBuffer.wrap(bytes));
        return this;
    }

    /** Adds a trailer after the body; must be called before the head is sent. */
    UpstreamExchange trailer(String name, String value) {
        HttpFields trailers = HttpFields.from(new HttpField(name, value));
        response.setTrailersSupplier(() -> trailers);
        return this;
    }

    void finish() throws IOException {
        Content.Sink.write(response, true, ByteBuffer.allocate(0));
    }

    /** Sends nothing until the client has disconnected, and then breaks the stream. */
    void fallSilent() throws IOException, InterruptedException {
        Connection connection = request.getConnectionMetaData().getConnection();
        if (!(connection instanceof HTTP2Connection)) {
            // Nothing else reads this connection while its request is answered: the next read returns its end.
            connection
                    .getEndPoint()
                    .fillInterested(Callback.from(
                            () -> left.completeExceptionally(new IOException("the client has closed")),
                            left::completeExceptionally));
        }
        try {
            left.get();
        } catch (ExecutionException e) {
            throw new IOException("the client has left", e);
        }
    }

    /** Ends the stream with RST_STREAM, or the HTTP/1.1 connection without an end of the body. */
    void reset(int errorCode) throws IOException {
        if (request.getConnectionMetaData().getConnection() instanceof HTTP2Connection http2) {
            int id = Integer.parseInt(request.getId());
            http2.getSession().getStream(id).reset(new ResetFrame(id, errorCode), Callback.NOOP);
        }
        throw new IOException("reset by the script");
    }

    /** An event stream of these pieces, each sent separately. */
    static SecureUpstream.Script pieces(String... pieces) {
        return exchange -> {
            exchange.events();
            for (String piece : pieces) {
                exchange.send(piece);
            }
        };
    }

    /** One event, and then silence until the client disconnects. */
    static SecureUpstream.Script silentAfter(String event) {
        return exchange -> exchange.events().send(event).fallSilent();
    }

    /** {@code megabytes} of OpenAI events, as fast as the client reads, then {@code [DONE]}. */
    static SecureUpstream.Script flood(int megabytes) {
        byte[] events = FakeUpstream.openAi("x".repeat(200)).repeat(50).getBytes(StandardCharsets.UTF_8);
        return exchange -> {
            exchange.events();
            for (long sent = 0; sent < (long) megabytes * MEGABYTE; sent += events.length) {
                exchange.send(events);
            }
            exchange.send("data: [DONE]\n\n");
        };
    }

    /** {@code count} small OpenAI events, then {@code [DONE]}: about 5 MB in 10 kB of gzip for each 40,000. */
    static SecureUpstream.Script gzipFlood(int count) throws IOException {
        byte[] event = FakeUpstream.openAi("x").getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            for (int i = 0; i < count; i++) {
                gzip.write(event);
            }
            gzip.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
        }
        byte[] small = bytes.toByteArray();
        return exchange -> exchange.begin(200, "text/event-stream", "Content-Encoding: gzip")
                .send(small);
    }
}
