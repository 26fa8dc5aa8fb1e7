package dev.weir.api;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One response that is ours: nobody else reaches the server's. It is ended once, and after that nothing reaches the server's objects,
 * which Payara gives to another client's response. Thread-safe; writes block while the client takes nothing.
 */
final class OpenResponse extends OutputStream {
    private static final System.Logger LOG = System.getLogger(OpenResponse.class.getName());

    private final ReentrantLock lock = new ReentrantLock();
    private final AsyncContext context;
    private @Nullable HttpServletResponse response;
    private @Nullable OutputStream out;

    /** @param context started on the request's thread */
    OpenResponse(HttpServletResponse response, AsyncContext context) {
        this.response = response;
        this.context = context;
    }

    /**
     * Sets status and headers; they go out with the first bytes, or at the end.
     *
     * @throws IOException if the response has ended
     */
    void begin(int status, Map<String, String> headers) throws IOException {
        lock.lock();
        try {
            HttpServletResponse own = open();
            own.setStatus(status);
            headers.forEach((name, value) -> {
                if (name.equals("Content-Type")) {
                    own.setContentType(value);
                } else if (name.equals("Content-Length")) {
                    own.setContentLengthLong(Long.parseLong(value));
                } else {
                    own.setHeader(name, value);
                }
            });
            out = own.getOutputStream();
        } catch (RuntimeException e) {
            throw new IOException("the response cannot begin", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        lock.lock();
        try {
            begun().write(bytes, from, length);
        } catch (RuntimeException e) {
            throw new IOException("the response cannot be written", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void flush() throws IOException {
        lock.lock();
        try {
            begun().flush();
        } catch (RuntimeException e) {
            throw new IOException("the response cannot be written", e);
        } finally {
            lock.unlock();
        }
    }

    private HttpServletResponse open() throws IOException {
        HttpServletResponse own = response;
        if (own == null) {
            throw new IOException("the response has ended");
        }
        return own;
    }

    private OutputStream begun() throws IOException {
        open();
        OutputStream begun = out;
        if (begun == null) {
            throw new IOException("the response has not begun");
        }
        return begun;
    }

    /** Ends the response, by whoever writes it; waits for a write that is under way. The second time it does nothing. */
    void end() {
        lock.lock();
        try {
            if (response == null) {
                return;
            }
            response = null;
            out = null;
            context.complete();
        } catch (RuntimeException e) {
            // The server was first, for instance since the client had gone.
            LOG.log(Level.DEBUG, "a response had ended already: {0}", e.toString());
        } finally {
            lock.unlock();
        }
    }

    /** Ends the response. */
    @Override
    public void close() {
        end();
    }
}
