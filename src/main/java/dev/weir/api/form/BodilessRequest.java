package dev.weir.api.form;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.StringReader;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request without its body, for JAX-RS. Jersey would block the request's thread until the first byte of a form, and consume
 * that byte. {@link IncomingBodies} receives the body from the server's own request.
 */
public final class BodilessRequest extends HttpServletRequestWrapper {
    private static final Set<String> OF_BODIES =
            Set.of("content-type", "content-length", "transfer-encoding", "expect", "content-encoding");

    /**
     * Hides the body of {@code request}.
     *
     * @param request the server's own request
     */
    public BodilessRequest(HttpServletRequest request) {
        super(request);
    }

    private static boolean isOfBody(String name) {
        return OF_BODIES.contains(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public @Nullable String getHeader(String name) {
        return isOfBody(name) ? null : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return isOfBody(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        List<String> names = Collections.list(super.getHeaderNames());
        names.removeIf(BodilessRequest::isOfBody);
        return Collections.enumeration(names);
    }

    @Override
    public int getIntHeader(String name) {
        return isOfBody(name) ? -1 : super.getIntHeader(name);
    }

    @Override
    public @Nullable String getContentType() {
        return null;
    }

    @Override
    public int getContentLength() {
        return 0;
    }

    @Override
    public long getContentLengthLong() {
        return 0;
    }

    @Override
    public ServletInputStream getInputStream() {
        return new Nothing();
    }

    @Override
    public BufferedReader getReader() {
        return new BufferedReader(new StringReader(""));
    }

    /** An empty stream. */
    private static final class Nothing extends ServletInputStream {
        @Override
        public int read() {
            return -1;
        }

        @Override
        public boolean isFinished() {
            return true;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new IllegalStateException("the body is received elsewhere");
        }
    }
}
