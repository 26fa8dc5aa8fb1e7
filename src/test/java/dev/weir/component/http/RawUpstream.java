package dev.weir.component.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A faulty upstream: it answers each request with the bytes of a test, on a socket that the test may cut. Every connection
 * serves one request. The number of open connections is counted at the sockets.
 */
final class RawUpstream implements AutoCloseable {
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<byte[]> requests = new LinkedBlockingQueue<>();
    private final List<Script> scripts;
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);

    /** Answers one request. */
    @FunctionalInterface
    interface Script {
        void answer(Connection connection) throws IOException, InterruptedException;
    }

    /** One connection whose request has been read. */
    record Connection(Socket socket, OutputStream out, CountDownLatch over) {
        Connection send(String text) throws IOException {
            return send(text.getBytes(StandardCharsets.UTF_8));
        }

        Connection send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
            return this;
        }

        /** A piece of a chunked body. */
        Connection chunk(String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return send(Integer.toHexString(bytes.length) + "\r\n").send(bytes).send("\r\n");
        }

        /** Ends the connection by a reset instead of a FIN. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Sends nothing until the client has disconnected or the test has ended. */
        void fallSilent() throws IOException {
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                // Later bytes of a client are not answered.
            }
        }
    }

    RawUpstream(Script... scripts) throws IOException {
        this.scripts = List.of(scripts);
        server = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                open.incrementAndGet();
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            over.countDown(); // The test has ended.
        }
    }

    /** Answers the n-th request with the n-th script; the last script also answers all later requests. */
    private void serve(Socket socket) {
        try (socket) {
            requests.add(request(new BufferedInputStream(socket.getInputStream())));
            Script script = scripts.get(Math.min(answered.getAndIncrement(), scripts.size() - 1));
            script.answer(new Connection(socket, socket.getOutputStream(), over));
        } catch (IOException e) {
            // The client disconnected, or the script closed the connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.decrementAndGet();
        }
    }

    private static byte[] request(InputStream in) throws IOException {
        List<Byte> bytes = new ArrayList<>();
        int body = -1;
        while (body != 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the request broke off");
            }
            bytes.add((byte) next);
            body = body > 0 ? body - 1 : bodyLength(bytes);
        }
        byte[] whole = new byte[bytes.size()];
        for (int i = 0; i < whole.length; i++) {
            whole[i] = bytes.get(i);
        }
        return whole;
    }

    /** The length of the body; -1 while the head is incomplete. */
    private static int bodyLength(List<Byte> bytes) {
        int size = bytes.size();
        if (size < 4 || bytes.get(size - 1) != '\n' || bytes.get(size - 3) != '\n') {
            return -1;
        }
        byte[] head = new byte[size];
        for (int i = 0; i < size; i++) {
            head[i] = bytes.get(i);
        }
        return new String(head, StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT)
                .lines()
                .filter(line -> line.startsWith("content-length:"))
                .map(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    int port() {
        return server.getLocalPort();
    }

    /** Waits for the next request. Returns its head and body, bytes as Latin-1. */
    String request() throws InterruptedException {
        byte[] request = requests.poll(20, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request was made");
        }
        return new String(request, StandardCharsets.ISO_8859_1);
    }

    /** The number of requests that are answered or being answered. */
    int requestCount() {
        return answered.get();
    }

    /** The number of open connections. */
    int openConnections() {
        return open.get();
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
