package dev.weir.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An HTTP proxy on loopback that forwards every request to one upstream, whatever its host. CONNECT opens a tunnel; any
 * other request is the only request of its connection. The proxy records its requests.
 */
public final class LoopbackProxy implements AutoCloseable {
    private final ServerSocket server;
    private final int upstreamPort;
    private final String wanted;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** A proxy without credentials. */
    public LoopbackProxy(int upstreamPort) throws IOException {
        this(upstreamPort, "");
    }

    /**
     * Creates a proxy.
     *
     * @param wanted the required value of {@code Proxy-Authorization}, empty for none; without it the proxy answers 407
     */
    public LoopbackProxy(int upstreamPort, String wanted) throws IOException {
        this.upstreamPort = upstreamPort;
        this.wanted = wanted;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    public String hostAndPort() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** All requests, also refused ones: {@code CONNECT host:port}, or the method and the whole URL. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                open.add(client);
                threads.execute(() -> serve(client));
            }
        } catch (IOException e) {
            threads.shutdown(); // The test has ended.
        }
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            if (head.isEmpty()) {
                return;
            }
            String[] request = head.substring(0, head.indexOf('\r')).split(" ");
            requests.add(request[0] + " " + request[1]);
            if (!wanted.isEmpty() && !head.contains("\r\nProxy-Authorization: " + wanted + "\r\n")) {
                write(
                        client,
                        "HTTP/1.1 407 Proxy Authentication Required\r\n"
                                + "Proxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 6\r\n\r\nrefuse");
                client.getInputStream().transferTo(OutputStream.nullOutputStream());
                return;
            }
            try (Socket upstream = new Socket(InetAddress.getLoopbackAddress(), upstreamPort)) {
                open.add(upstream);
                if (request[0].equals("CONNECT")) {
                    write(client, "HTTP/1.1 200 Connection Established\r\n\r\n");
                } else {
                    write(upstream, direct(head, request));
                }
                threads.execute(() -> relay(client, upstream));
                upstream.getInputStream().transferTo(client.getOutputStream());
            }
        } catch (IOException e) {
            // A side has closed its connection.
        }
    }

    /** The request as it is sent to the upstream, on a new connection. */
    private static String direct(String head, String[] request) {
        StringBuilder direct = new StringBuilder(request[0] + " " + request[1].replaceFirst("(?i)^http://[^/]*", "")
                + " " + request[2] + "\r\nConnection: close\r\n");
        head.lines().skip(1).forEach(line -> {
            String name = line.toLowerCase(Locale.ROOT);
            if (!line.isEmpty() && !name.startsWith("connection:") && !name.startsWith("proxy-")) {
                direct.append(line).append("\r\n");
            }
        });
        return direct.append("\r\n").toString();
    }

    private static void relay(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // The other direction ends the connections.
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            head.write(octet);
            if (octet == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                return head.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return "";
    }

    private static void write(Socket to, String text) throws IOException {
        to.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        to.getOutputStream().flush();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
