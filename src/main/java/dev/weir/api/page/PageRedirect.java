package dev.weir.api.page;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port that answers every request with a redirect to the page ({@code controller.webui.port}). It is no full HTTP server: it
 * reads the head of a request and writes one answer. The JDK's HTTP server is not visible to applications on every server.
 *
 * <p>One thread listens, and one thread for each connection answers within a few seconds. A connection for which there is no
 * thread is closed.
 */
final class PageRedirect implements Closeable {
    private static final System.Logger LOG = System.getLogger(PageRedirect.class.getName());
    private static final int LONGEST_HEAD_BYTES = 8 * 1024;
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int WAITING_CONNECTIONS = 16;
    private static final Pattern HOST = Pattern.compile(
            "\r\nhost:[ \t]*(\\[[0-9a-f:.]+]|[a-z0-9._-]+)(?::[0-9]*)?[ \t]*\r\n", Pattern.CASE_INSENSITIVE);

    private final ServerSocket listener;
    private final Function<String, URI> page;
    private final ExecutorService threads;
    private final CountDownLatch accepted = new CountDownLatch(1);

    private PageRedirect(ServerSocket listener, Function<String, URI> page, ExecutorService threads) {
        this.listener = listener;
        this.page = page;
        this.threads = threads;
    }

    /**
     * Opens the port.
     *
     * @param host the address to bind to; empty for every address
     * @param port 0 for any free port
     * @param page gives the page's address on the host that the client has used
     * @throws IOException if the port cannot be opened
     */
    static PageRedirect listen(String host, int port, Function<String, URI> page, ExecutorService threads)
            throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.setReuseAddress(true);
            listener.bind(
                    host.isEmpty()
                            ? new InetSocketAddress(port)
                            : new InetSocketAddress(InetAddress.getByName(host), port),
                    WAITING_CONNECTIONS);
            PageRedirect redirect = new PageRedirect(listener, page, threads);
            threads.execute(redirect::accept);
            return redirect;
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                acceptOne();
            }
        } finally {
            accepted.countDown();
        }
    }

    private void acceptOne() {
        try {
            hand(listener.accept());
        } catch (IOException e) {
            if (!listener.isClosed()) {
                LOG.log(Level.DEBUG, "a connection could not be accepted", e);
            }
        }
    }

    private void hand(Socket connection) throws IOException {
        try {
            threads.execute(() -> answer(connection));
        } catch (RejectedExecutionException e) {
            connection.close();
        }
    }

    private void answer(Socket connection) {
        try (connection) {
            connection.setSoTimeout(TIMEOUT_MILLIS);
            String head = head(connection.getInputStream());
            connection.getOutputStream().write(answer(head, connection).getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a client of the redirect disconnected", e);
        }
    }

    private String answer(String head, Socket connection) {
        if (!head.matches("(?s)[A-Z]+ \\S+ HTTP/1\\.[01]\r\n(.*\r\n)?\r\n")) {
            return "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        }
        Matcher host = HOST.matcher(head);
        URI location = page.apply(host.find() ? host.group(1) : written(connection.getLocalAddress()));
        return "HTTP/1.1 302 Found\r\nLocation: " + location
                + "\r\nCache-Control: no-store\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }

    private static String written(InetAddress address) {
        String text = address.getHostAddress().replaceFirst("%.*", "");
        return text.contains(":") ? "[" + text + "]" : text;
    }

    /** The head of a request with its empty line, or the part that came within the limits of size and time. */
    private static String head(InputStream body) throws IOException {
        InputStream in = new BufferedInputStream(body);
        StringBuilder head = new StringBuilder();
        long deadline = System.nanoTime() + TIMEOUT_MILLIS * 1_000_000L;
        while (head.length() < LONGEST_HEAD_BYTES
                && head.indexOf("\r\n\r\n", head.length() - 4) < 0
                && System.nanoTime() - deadline < 0) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /**
     * Closes the port. Blocks for some seconds at most until the accepting thread has left its call, since until then the system
     * keeps the port.
     */
    @Override
    public void close() {
        try {
            listener.close();
            if (!accepted.await(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.log(Level.WARNING, "port {0} is not free yet", String.valueOf(port()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the port could not be given back", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
