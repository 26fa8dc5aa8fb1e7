package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One request over its own socket, read byte by byte: no HTTP client is between a test and the wire. */
final class RawHttp implements Closeable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *([0-9]{1,9})\r\n");

    private final Socket socket;
    private final InputStream in;

    private RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connects and sends {@code request}. */
    static RawHttp send(URI server, String request) throws IOException {
        return send(server, request, 0);
    }

    /**
     * Connects and sends {@code request}.
     *
     * @param receiveBuffer bytes that the system may hold for a client that does not read; 0 for the system's default
     */
    static RawHttp send(URI server, String request, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), 10_000);
        socket.setSoTimeout(60_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        return new RawHttp(socket);
    }

    /** Returns the whole answer to a request, which may be incomplete. {@code headers} are lines that each end in CRLF. */
    static String answer(URI server, String method, String target, String headers) throws IOException {
        String request = method + " " + target + " HTTP/1.1\r\nHost: " + server.getAuthority()
                + "\r\nConnection: close\r\n" + headers + "\r\n";
        try (RawHttp http = send(server, request)) {
            return http.answer(method.equals("HEAD"));
        }
    }

    /** A server may wait long for the rest of a request that it has answered, before it closes the connection. */
    private String answer(boolean hasNoBody) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String text = "";
        while (!isWhole(text, hasNoBody)) {
            int next = in.read();
            if (next < 0) {
                return text;
            }
            bytes.write(next);
            text = next == '\n' || next == '}' || next == '>' || in.available() == 0
                    ? bytes.toString(StandardCharsets.ISO_8859_1)
                    : text;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static boolean isWhole(String answer, boolean hasNoBody) {
        int head = answer.indexOf("\r\n\r\n");
        if (head < 0) {
            return false;
        }
        Matcher length = LENGTH.matcher(answer.substring(0, head + 2));
        if (hasNoBody) {
            return true;
        }
        return length.find()
                ? answer.length() >= head + 4 + Integer.parseInt(length.group(1))
                : answer.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")
                        && answer.endsWith("\r\n0\r\n\r\n");
    }

    /** The request that runs a workflow; {@code headers} are lines that each end in CRLF. */
    static String run(URI server, String body, String headers) {
        return runHead(server, "application/json", body.getBytes(StandardCharsets.UTF_8).length, headers) + body;
    }

    /** The head of such a request, for a body of that type and length. */
    static String runHead(URI server, String type, int bytes, String headers) {
        return "POST " + server.resolve("api/workflows/runs").getRawPath() + " HTTP/1.1\r\nHost: "
                + server.getAuthority() + "\r\nContent-Type: " + type + "\r\nContent-Length: " + bytes + "\r\n"
                + headers
                + "\r\n";
    }

    /** Sends the rest of the request. */
    void more(String rest) throws IOException {
        socket.getOutputStream().write(rest.getBytes(StandardCharsets.UTF_8));
    }

    /** The status line. */
    String status() throws IOException {
        return line();
    }

    /** The header fields, by their names in lower case; a repeated name fails. */
    Map<String, String> headers() throws IOException {
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            assertThat(colon).as(line).isPositive();
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            assertThat(headers.put(name, line.substring(colon + 1).strip()))
                    .as(name)
                    .isNull();
        }
        return headers;
    }

    /** The body after {@link #headers}, which determine its length. */
    byte[] body(Map<String, String> headers) throws IOException {
        String length = headers.get("content-length");
        return length == null ? chunkedBody() : in.readNBytes(Integer.parseInt(length));
    }

    /** The body of {@code Transfer-Encoding: chunked}, to its last chunk; fails if it breaks before. */
    byte[] chunkedBody() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String size = line();
            assertThat(size).as("size of a chunk").matches("[0-9A-Fa-f]{1,8}");
            int bytes = Integer.parseInt(size, 16);
            byte[] chunk = in.readNBytes(bytes);
            assertThat(chunk).hasSize(bytes);
            assertThat(line()).as("end of a chunk").isEmpty();
            if (bytes == 0) {
                return body.toByteArray();
            }
            body.write(chunk);
        }
    }

    /** The remaining bytes, to the end of the connection. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Reads and drops {@code bytes} bytes, or fewer at the end of the connection. */
    void skip(int bytes) throws IOException {
        in.readNBytes(bytes);
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int last = 0;
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the response broke off in a line: " + line.toString(StandardCharsets.UTF_8));
            }
            line.write(b);
            last = b;
        }
        assertThat(last).as("a line of HTTP ends in CRLF").isEqualTo('\r');
        String text = line.toString(StandardCharsets.UTF_8);
        return text.substring(0, text.length() - 1);
    }

    /** Disconnects by FIN or by reset. */
    void leave(Random random) throws IOException {
        if (random.nextBoolean()) {
            reset();
        } else {
            close();
        }
    }

    /** Disconnects by a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
