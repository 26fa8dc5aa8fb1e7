package dev.weir.api.response;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A response that a resource can take from JAX-RS. Before that all calls pass through. After that the calls of JAX-RS have no
 * effect, and only an {@link OpenResponse} reaches the server's response. Used on the request's thread.
 *
 * <p>Overrides every method that changes a response. With a missing one the empty answer of JAX-RS would race with the answer of
 * the resource.
 */
public final class TakenResponse extends HttpServletResponseWrapper {
    /** The header fields that proxies set. */
    private static final List<String> FORWARDED = List.of("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via");

    private static final String ATTRIBUTE = TakenResponse.class.getName();

    private final HttpServletRequest request;
    private boolean taken;
    private boolean isOfBytes;

    /**
     * Wraps the filter's response.
     *
     * @param request the filter's own request; a request that JAX-RS injects works on the request's thread only
     * @param response the filter's own response
     */
    public TakenResponse(HttpServletRequest request, HttpServletResponse response) {
        super(response);
        this.request = request;
        request.setAttribute(ATTRIBUTE, this);
    }

    /** The response of a request that came through the filter. */
    public static TakenResponse of(HttpServletRequest request) {
        return (TakenResponse) request.getAttribute(ATTRIBUTE);
    }

    /** The filter's own request. Once the response is taken, any thread may use it. */
    public HttpServletRequest servletRequest() {
        return request;
    }

    /** Takes the response, on the request's thread. The result must be ended. */
    public OpenResponse take() {
        HttpServletResponse own = (HttpServletResponse) getResponse();
        AsyncContext context = request.startAsync(request, own);
        // Set here: two servers refuse it after the method has returned.
        context.setTimeout(0);
        taken = true;
        return new OpenResponse(request, own, context, peer());
    }

    /** Whether a resource has taken the response. */
    public boolean isTaken() {
        return taken;
    }

    /** The other end of the connection. Empty for HTTP/2, where many responses share a connection and end independently. */
    public Optional<Connected.Peer> peer() {
        if (!request.getProtocol().startsWith("HTTP/1")) {
            return Optional.empty();
        }
        boolean isForwarded = FORWARDED.stream().anyMatch(name -> request.getHeader(name) != null);
        return SocketTable.Connection.of(
                        request.getLocalAddr(),
                        request.getLocalPort(),
                        request.getRemoteAddr(),
                        request.getRemotePort())
                .map(connection -> new Connected.Peer(connection, isForwarded));
    }

    @Override
    public void addCookie(Cookie cookie) {
        if (!taken) {
            super.addCookie(cookie);
        }
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        if (!taken) {
            super.sendError(status, message);
        }
    }

    @Override
    public void sendError(int status) throws IOException {
        if (!taken) {
            super.sendError(status);
        }
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        if (!taken) {
            super.sendRedirect(location);
        }
    }

    /** Overrides a method of later versions of the Servlet API. */
    public void sendRedirect(String location, int status, boolean clear) throws IOException {
        sendRedirect(location);
    }

    @Override
    public void setDateHeader(String name, long date) {
        if (!taken) {
            super.setDateHeader(name, date);
        }
    }

    @Override
    public void addDateHeader(String name, long date) {
        if (!taken) {
            super.addDateHeader(name, date);
        }
    }

    @Override
    public void setHeader(String name, String value) {
        if (!taken) {
            super.setHeader(name, value);
        }
    }

    @Override
    public void addHeader(String name, String value) {
        if (!taken) {
            super.addHeader(name, value);
        }
    }

    @Override
    public void setIntHeader(String name, int value) {
        if (!taken) {
            super.setIntHeader(name, value);
        }
    }

    @Override
    public void addIntHeader(String name, int value) {
        if (!taken) {
            super.addIntHeader(name, value);
        }
    }

    @Override
    public void setStatus(int status) {
        if (!taken) {
            super.setStatus(status);
        }
    }

    @Override
    public void setTrailerFields(Supplier<Map<String, String>> fields) {
        if (!taken) {
            super.setTrailerFields(fields);
        }
    }

    @Override
    public void setCharacterEncoding(String charset) {
        if (!taken) {
            super.setCharacterEncoding(charset);
        }
    }

    @Override
    public void setContentLength(int length) {
        if (!taken) {
            super.setContentLength(length);
        }
    }

    @Override
    public void setContentLengthLong(long length) {
        if (!taken) {
            super.setContentLengthLong(length);
        }
    }

    @Override
    public void setContentType(String type) {
        if (!taken) {
            super.setContentType(type);
        }
    }

    @Override
    public void setBufferSize(int size) {
        if (!taken) {
            super.setBufferSize(size);
        }
    }

    @Override
    public void setLocale(Locale locale) {
        if (!taken) {
            super.setLocale(locale);
        }
    }

    @Override
    public void flushBuffer() throws IOException {
        if (!taken) {
            super.flushBuffer();
        }
    }

    @Override
    public void reset() {
        if (!taken) {
            super.reset();
        }
    }

    @Override
    public void resetBuffer() {
        if (!taken) {
            super.resetBuffer();
        }
    }

    @Override
    public boolean isCommitted() {
        return !taken && super.isCommitted();
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (taken) {
            return new DiscardingStream();
        }
        isOfBytes = true;
        return super.getOutputStream();
    }

    /**
     * Refuses a writer for a response of bytes. After a forward, Undertow requests a writer only to close it. Undertow's response
     * would then declare a charset that the written bytes do not have.
     */
    @Override
    public PrintWriter getWriter() throws IOException {
        if (isOfBytes && !taken) {
            throw new IllegalStateException("the response is written as bytes");
        }
        return taken ? new PrintWriter(new DiscardingStream(), false, StandardCharsets.UTF_8) : super.getWriter();
    }

    /** Discards the bytes that JAX-RS writes after the response was taken. */
    private static final class DiscardingStream extends ServletOutputStream {
        @Override
        public void write(int one) {
            // Into nothing.
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            // Into nothing.
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new IllegalStateException("the response was taken");
        }
    }
}
