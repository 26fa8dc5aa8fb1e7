package dev.weir.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on loopback with connections that a test scripts. Counts the open connections. */
public final class SocketServer implements AutoCloseable {
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Talk talk;

    /** The script of one connection. An exception means that the client has disconnected. */
    @FunctionalInterface
    public interface Talk {
        void on(Connection connection) throws IOException, InterruptedException;
    }

    public SocketServer(Talk talk) throws IOException {
        this.talk = talk;
        // Every address of the loopback network reaches this server.
        server = new ServerSocket(0, 500, InetAddress.getByName("0.0.0.0"));
        threads.execute(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                open.incrementAndGet();
                accepted.incrementAndGet();
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            over.countDown(); // The test has ended.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            talk.on(new Connection(socket));
        } catch (IOException e) {
            // The client has disconnected.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.decrementAndGet();
        }
    }

    /** One connection. */
    public final class Connection {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        Connection(Socket socket) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            this.out = socket.getOutputStream();
        }

        /** The head and, by its length, the body of the next request; null when the client has closed the connection. */
        public String request() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return null;
                }
                head.append((char) next);
            }
            int length = head.toString()
                    .lines()
                    .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                    .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                    .findFirst()
                    .orElse(0);
            requests.incrementAndGet();
            return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
        }

        public void send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        public void send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        /** Waits for the client to close the connection. */
        public void awaitClosed() throws IOException {
            while (in.read() >= 0) {
                // Later bytes of the client are not answered.
            }
        }

        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1");
    }

    public int open() {
        return open.get();
    }

    public int accepted() {
        return accepted.get();
    }

    public int requests() {
        return requests.get();
    }

    CountDownLatch over() {
        return over;
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
