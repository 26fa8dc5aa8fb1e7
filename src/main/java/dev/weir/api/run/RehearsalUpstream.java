package dev.weir.api.run;

import dev.weir.stream.Tasks;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * An HTTP server on the loopback interface that answers a rehearsal. A request for {@code /stream} gets a few events, any other
 * request one JSON document. It serves one connection at a time, on one thread. The head and the body of a request have at most
 * {@value #LONGEST_REQUEST} bytes each.
 */
final class RehearsalUpstream implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RehearsalUpstream.class.getName());
    private static final int LONGEST_REQUEST = 16 * 1024;
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final String LENGTH = "content-length:";

    private static final String EVENT =
            "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word \"}}]}\n\n";

    private static final byte[] STREAM = (head("text/event-stream", "Transfer-Encoding: chunked")
                    + chunk(EVENT)
                    + chunk(EVENT + EVENT)
                    + chunk("data: [DONE]\n\n")
                    + "0\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);

    private static final String DOCUMENT =
            "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"words\"}}]}";

    private static final byte[] VALUE = (head("application/json", "Content-Length: " + DOCUMENT.length()) + DOCUMENT)
            .getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket listener;
    private volatile Socket client = new Socket();

    private RehearsalUpstream(ServerSocket listener) {
        this.listener = listener;
    }

    private static String head(String type, String framing) {
        return "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n" + framing + "\r\n\r\n";
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    /**
     * Opens the server, which runs until it is closed.
     *
     * @param threads runs the server as one task
     */
    static RehearsalUpstream open(Tasks threads) throws IOException {
        ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RehearsalUpstream upstream = new RehearsalUpstream(listener);
        threads.execute(upstream::serve, refusal -> upstream.close());
        return upstream;
    }

    /** The server's URL without a path. */
    String url() {
        String host = listener.getInetAddress().getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + listener.getLocalPort();
    }

    private void serve() {
        while (!listener.isClosed()) {
            try (Socket accepted = listener.accept()) {
                client = accepted;
                accepted.setSoTimeout(TIMEOUT_MILLIS);
                accepted.setTcpNoDelay(true);
                serve(new BufferedInputStream(accepted.getInputStream()), accepted.getOutputStream());
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "a connection of the rehearsal has ended: {0}", e.toString());
            }
        }
    }

    private void serve(InputStream in, OutputStream out) throws IOException {
        while (!listener.isClosed()) {
            String head = head(in);
            if (head.isEmpty()) {
                return;
            }
            in.skipNBytes(length(head));
            out.write(head.startsWith("POST /stream ") ? STREAM : VALUE);
            out.flush();
        }
    }

    /** The lines of a request before its body; empty at the end of the connection. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < LONGEST_REQUEST) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
            if (next == '\n' && head.length() > 2 && head.charAt(head.length() - 3) == '\n') {
                return head.toString();
            }
        }
        throw new IOException("the head of a request is too long (at most " + LONGEST_REQUEST + " bytes)");
    }

    private static int length(String head) throws IOException {
        String lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf(LENGTH);
        if (at < 0) {
            return 0;
        }
        String digits =
                lower.substring(at + LENGTH.length(), lower.indexOf('\n', at)).strip();
        try {
            int length = Integer.parseInt(digits);
            if (length >= 0 && length <= LONGEST_REQUEST) {
                return length;
            }
        } catch (NumberFormatException e) {
            LOG.log(Level.DEBUG, "a length is not a number: {0}", digits);
        }
        throw new IOException("the body of a request is not of 0 to " + LONGEST_REQUEST + " bytes");
    }

    @Override
    public void close() {
        for (AutoCloseable one : new AutoCloseable[] {listener, client}) {
            try {
                one.close();
            } catch (Exception e) {
                LOG.log(Level.DEBUG, "a socket of the rehearsal could not be closed", e);
            }
        }
    }
}
