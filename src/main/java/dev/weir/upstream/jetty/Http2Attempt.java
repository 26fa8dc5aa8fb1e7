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

/** One attempt to open a connection to a host: looks up the name, then tries the addresses in turn. Thread-safe. */
final class Http2Attempt implements Promise<InetAddress[]> {
    private final Http2Client client;
    private final Http2Host host;
    private final int port;
    private final long begun = System.nanoTime();
    private final AtomicBoolean done = new AtomicBoolean();
    private final Queue<InetSocketAddress> addresses = new ArrayDeque<>();
    /** The connection that is being opened; guarded by {@code addresses}. */
    private @Nullable Http2Connection current;

    /**
     * Makes an attempt; the look-up of the name completes it.
     *
     * @param port the port of the upstream or of its proxy
     */
    Http2Attempt(Http2Client client, Http2Host host, int port) {
        this.client = client;
        this.host = host;
        this.port = port;
    }

    Http2Host host() {
        return host;
    }

    /** The beginning of the attempt, in {@link System#nanoTime()}. */
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

    /** Reports a connection that speaks HTTP/2. A connection that opens after the end of the attempt is closed. */
    void opened(Http2Connection connection, int limit) {
        if (isCurrent(connection) && done.compareAndSet(false, true)) {
            host.opened(connection, limit);
        } else {
            connection.close();
        }
    }

    /** Reports that a connection could not be opened. A second report, or one after {@link #opened}, has no effect. */
    void failed(Http2Connection connection, Throwable why) {
        if (!done.get() && isCurrent(connection)) {
            connection.abandon();
            next(why);
        }
    }

    /** Takes the current connection, so that its failure is handled once. */
    private boolean isCurrent(Http2Connection connection) {
        synchronized (addresses) {
            boolean is = current == connection;
            current = is ? null : current;
            return is;
        }
    }
}
