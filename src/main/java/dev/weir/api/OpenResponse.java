package dev.weir.api;

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
 * One response that is ours: nobody else reaches the server's. It is ended once, and after that nothing reaches the server's objects,
 * which Payara gives to another client's response. Thread-safe; writes block while the client takes nothing.
 */
final class OpenResponse extends ResponseStream implements Connected {
    private static final System.Logger LOG = System.getLogger(OpenResponse.class.getName());

    private final ReentrantLock lock = new ReentrantLock();
    private final AsyncContext context;
    private final Optional<Peer> peer;
    private @Nullable HttpServletRequest request;
    private @Nullable HttpServletResponse response;
    /** The request's body has not come whole, so that nothing can follow it on its connection. */
    private boolean closes;

    private @Nullable OutputStream out;
    /** What the server has told; seen without the lock, since a write may hold it for long. */
    private volatile boolean brokenByServer;

    private volatile boolean endedByServer;

    /** @param context started on the request's thread, where this is made, too */
    OpenResponse(HttpServletRequest request, HttpServletResponse response, AsyncContext context, Optional<Peer> peer) {
        this.request = request;
        this.response = response;
        this.peer = peer;
        this.context = context;
        context.addListener(new Ends());
    }

    /** The server tells the end here; some servers do so within a write of ours. */
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
            // Nothing here starts it again.
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

    /** What a filter has said of caches is as strict as what is said here; both hold. */
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

    /** Waits for a write that is under way. */
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
            // The server was first, for instance since the client had gone.
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
