package dev.weir.api.response;

import dev.weir.server.ClientConnection;
import dev.weir.sse.ResponseStream;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One response that only Weir writes. It is ended once. After that nothing reaches the server's objects, which Payara reuses for
 * another client's response. Thread-safe; a write blocks while the client reads nothing.
 */
public final class OpenResponse extends ResponseStream implements Connected {
    private static final System.Logger LOG = System.getLogger(OpenResponse.class.getName());

    private final ReentrantLock lock = new ReentrantLock();
    private final AsyncContext context;
    private final Optional<Peer> peer;
    private @Nullable HttpServletRequest request;
    private @Nullable HttpServletResponse response;
    /** True if the request's body is incomplete: no further request can follow on the connection. */
    private boolean closes;

    private @Nullable OutputStream out;
    /** Set by the server's callbacks. Read without the lock, which a write may hold for long. */
    private volatile boolean brokenByServer;

    private volatile boolean endedByServer;

    /**
     * Made on the request's thread.
     *
     * @param context started on the same thread
     */
    OpenResponse(HttpServletRequest request, HttpServletResponse response, AsyncContext context, Optional<Peer> peer) {
        this.request = request;
        this.response = response;
        this.peer = peer;
        this.context = context;
        context.addListener(new Ends());
    }

    /** Listens to the end of the response; some servers call it within a write of the same thread. */
    private final class Ends implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            endedByServer = true;
        }

        @Override
        public void onError(AsyncEvent event) {
            brokenByServer = true;
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            brokenByServer = true;
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // Asynchronous processing is started only once.
        }
    }

    @Override
    public void begin(int status, Map<String, String> headers) throws IOException {
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
                    closes |= name.equals("Connection") && status >= 400;
                    own.setHeader(name, merged(name, own.getHeader(name), value));
                }
            });
            out = own.getOutputStream();
        } catch (RuntimeException e) {
            throw new IOException("the response cannot begin", e);
        } finally {
            lock.unlock();
        }
    }

    /** Merges the field {@code Cache-Control} with the value that a filter has set: both apply. */
    private static String merged(String name, @Nullable String before, String value) {
        return before != null && name.equals("Cache-Control") ? before + ", " + value : value;
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

    @Override
    public Optional<Peer> peer() {
        return peer;
    }

    private HttpServletResponse open() throws IOException {
        HttpServletResponse own = response;
        if (own == null || brokenByServer || endedByServer) {
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

    /** Ends the response. Blocks while a write is running. */
    @Override
    public void end() {
        end(false);
    }

    @Override
    public void abort() {
        end(true);
    }

    private void end(boolean broken) {
        lock.lock();
        try {
            if (response == null) {
                return;
            }
            HttpServletRequest own = request;
            OutputStream written = out;
            request = null;
            response = null;
            out = null;
            if (endedByServer) {
                return;
            }
            if (own != null && broken) {
                ClientConnection.close(own);
            } else if (own != null && closes && written != null) {
                flushAndClose(own, written);
            }
            context.complete();
        } catch (RuntimeException e) {
            // The server has ended the response before, for example because the client disconnected.
            LOG.log(Level.DEBUG, "a response had ended already: {0}", e.toString());
        } finally {
            lock.unlock();
        }
    }

    private static void flushAndClose(HttpServletRequest own, OutputStream written) {
        try {
            written.flush();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the client disconnected: {0}", e.toString());
        }
        ClientConnection.close(own);
    }

    /** Ends the response. */
    @Override
    public void close() {
        end();
    }
}
