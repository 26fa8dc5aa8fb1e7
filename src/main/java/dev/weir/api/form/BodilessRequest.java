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
 * A request as JAX-RS sees it: without its body. Jersey would wait on the request's thread for the first byte of a form, and keep that
 * byte. {@link IncomingBodies} receives it from the server's own request.
 */
public final class BodilessRequest extends HttpServletRequestWrapper {
    private static final Set<String> OF_BODIES =
            Set.of("content-type", "content-length", "transfer-encoding", "expect", "content-encoding");

    /** @param request the server's own */
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

    /** The stream of no bytes. */
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
