package dev.weir.upstream.jetty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;

/** The attempt to open a connection to a host: the look-up of its name, then its addresses in turn. Thread-safe. */
final class Http2Attempt implements Promise<InetAddress[]> {
    private final Http2Client client;
    private final Http2Host host;
    private final int port;
    private final long begun = System.nanoTime();
    private final AtomicBoolean done = new AtomicBoolean();
    private final Queue<InetSocketAddress> addresses = new ArrayDeque<>();
    /** The connection that is being opened; guarded by the addresses. */
    private @Nullable Http2Connection current;

    /** @param port of what is connected to, which may be a proxy */
    Http2Attempt(Http2Client client, Http2Host host, int port) {
        this.client = client;
        this.host = host;
        this.port = port;
    }

    Http2Host host() {
        return host;
    }

    /** When the attempt began, as of {@link System#nanoTime()}. */
    long begun() {
        return begun;
    }

    @Override
    public void succeeded(InetAddress[] found) {
        synchronized (addresses) {
            for (InetAddress address : List.of(found)) {
                addresses.add(new InetSocketAddress(address, port));
            }
        }
        next(new SocketTimeoutException("the host has no address"));
    }

    @Override
    public void failed(Throwable why) {
        if (done.compareAndSet(false, true)) {
            host.failed(this, why);
        }
    }

    private void next(Throwable why) {
        InetSocketAddress address;
        Http2Connection connection = new Http2Connection(client, this);
        synchronized (addresses) {
            address = addresses.poll();
            current = address == null ? null : connection;
        }
        if (address == null || client.isClosed()) {
            failed(why);
            return;
        }
        client.timer(client.connectTimeout(), () -> failed(connection, late()));
        client.connect(host.origin(), address, connection, cause -> failed(connection, cause));
    }

    private static SocketTimeoutException late() {
        return new SocketTimeoutException("no connection came about in time");
    }

    /** A connection speaks HTTP/2. One that comes too late is closed. */
    void opened(Http2Connection connection, int limit) {
        if (isCurrent(connection) && done.compareAndSet(false, true)) {
            host.opened(connection, limit);
        } else {
            connection.close();
        }
    }

    /** A connection did not come about; again, or after it was opened, it does nothing. */
    void failed(Http2Connection connection, Throwable why) {
        if (!done.get() && isCurrent(connection)) {
            connection.abandon();
            next(why);
        }
    }

    /** Takes the connection, so that it fails once. */
    private boolean isCurrent(Http2Connection connection) {
        synchronized (addresses) {
            boolean is = current == connection;
            current = is ? null : current;
            return is;
        }
    }
}
