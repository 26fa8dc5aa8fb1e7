package dev.weir.it;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A TCP proxy to a server on loopback; its connections can be cut. */
final class TcpProxy implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Closeable> connections = ConcurrentHashMap.newKeySet();
    private final int port;

    /**
     * Creates a proxy.
     *
     * @param port the port of the server
     */
    TcpProxy(int port) throws IOException {
        this.port = port;
        threads.execute(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Breaks every open connection; later connections pass. */
    void cut() throws IOException {
        for (Closeable connection : connections) {
            connection.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                connections.add(client);
                connections.add(server);
                threads.execute(() -> pass(client, server));
                threads.execute(() -> pass(server, client));
            }
        } catch (IOException e) {
            // The listener was closed.
        }
    }

    private void pass(Socket from, Socket to) {
        try (from;
                to) {
            // Bytes of one side are forwarded at once: no buffer has to fill.
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // The end of one side ends the other side.
        } finally {
            connections.remove(from);
            connections.remove(to);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
        threads.shutdownNow();
    }
}
