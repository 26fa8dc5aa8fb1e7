package dev.weir.relay;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures how a running server relays streams. This program is the upstream, which sends 200 chunks at once, and the
 * clients. It needs only a JDK:
 *
 * <pre>{@code
 * java -Dweir.config=src/jmh/relay/model-compose.yml -jar target/servers/payara-micro.jar \
 *     --deploy target/weir.war --contextroot / --port 8080 --nocluster
 * java src/jmh/java/dev/weir/relay/RelayLoad.java http://localhost:8080/api/workflows/runs PID [WORKFLOW…]
 * }</pre>
 *
 * <p>PID is the server's process id, used for its CPU time. The JVM compiles during the first rounds, so all rounds are
 * printed. Several workflows, such as {@code relay} and {@code filtered}, are measured alternately, one round each.
 */
public final class RelayLoad {
    private static final int UPSTREAM_PORT = 19_100;
    private static final int CHUNKS = 200;
    private static final String DATA = "data: ";
    private static final String END = "\r\n0\r\n\r\n";
    private static final int KEPT = 100;
    private static final int ROUNDS = 10;

    private final URI url;
    private final ProcessHandle server;
    private final List<String> workflows;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    private RelayLoad(URI url, ProcessHandle server, List<String> workflows) {
        this.url = url;
        this.server = server;
        this.workflows = workflows;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 2) {
            throw new IllegalArgumentException("needs the URL of the runs and the server's process id");
        }
        ProcessHandle server = ProcessHandle.of(Long.parseLong(arguments[1])).orElseThrow();
        List<String> workflows =
                arguments.length == 2 ? List.of("relay") : List.of(arguments).subList(2, arguments.length);
        new RelayLoad(URI.create(arguments[0]), server, workflows).measure(System.out);
        System.exit(0);
    }

    private void measure(PrintStream out) throws Exception {
        ServerSocket upstream = new ServerSocket(UPSTREAM_PORT, 500, InetAddress.getLoopbackAddress());
        threads.execute(() -> serve(upstream));
        out.println(
                "workflow, streams at once | chunks a second | chunks a server CPU second | first event, median | without the server");
        for (int round = 1; round <= ROUNDS; round++) {
            workflows.forEach(workflow -> out.println(measured(workflow, 64, 640)));
        }
        for (int round = 1; round <= ROUNDS; round++) {
            workflows.forEach(workflow -> out.println(measured(workflow, 1, 320)));
        }
    }

    private String measured(String workflow, int streams, int total) {
        try {
            return workflow + ", " + seen(workflow, streams, total);
        } catch (Exception e) {
            throw new IllegalStateException(workflow + " could not be measured", e);
        }
    }

    private String seen(String workflow, int streams, int total) throws Exception {
        String run = "{\"workflow_id\":\"" + workflow
                + "\",\"input\":{\"prompt\":\"hi\"},\"output_only\":true,\"wait_for_completion\":true}";
        AtomicLong chunks = new AtomicLong();
        long[] first = new long[total];
        Duration before = server.info().totalCpuDuration().orElseThrow();
        long began = System.nanoTime();
        inParallel(streams, total, url.getPort(), (socket, i) -> first[i] = stream(socket, url.getPath(), run, chunks));
        double seconds = (System.nanoTime() - began) / 1e9;
        double cpu =
                server.info().totalCpuDuration().orElseThrow().minus(before).toMillis() / 1e3;
        long relayed = (long) total * CHUNKS;
        // A filter may send the text that it held back at the end as one more chunk.
        if (chunks.get() < relayed || chunks.get() > relayed + total) {
            throw new IllegalStateException("of " + relayed + " chunks came " + chunks);
        }
        long[] direct = new long[total];
        inParallel(
                streams, total, UPSTREAM_PORT, (socket, i) -> direct[i] = stream(socket, "/", "{}", new AtomicLong()));
        return String.format(
                "%d | %,.0f | %,.0f | %.2f ms | %.2f ms",
                streams, relayed / seconds, relayed / cpu, median(first) / 1e6, median(direct) / 1e6);
    }

    private static double median(long[] nanos) {
        Arrays.sort(nanos);
        return nanos[nanos.length / 2];
    }

    private interface Client {
        void run(Socket socket, int index) throws IOException;
    }

    /**
     * Runs one client per concurrent stream. Each keeps its connection for {@link #KEPT} requests, which every server allows.
     */
    private void inParallel(int clientCount, int total, int port, Client client) throws Exception {
        AtomicInteger next = new AtomicInteger();
        var clients = java.util.stream.IntStream.range(0, clientCount)
                .mapToObj(thread -> threads.submit(() -> {
                    while (next.get() < total) {
                        runs(port, client, next, total);
                    }
                    return null;
                }))
                .toList();
        for (var each : clients) {
            each.get();
        }
    }

    private static void runs(int port, Client client, AtomicInteger next, int total) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            for (int runs = 0; runs < KEPT; runs++) {
                int i = next.getAndIncrement();
                if (i >= total) {
                    return;
                }
                client.run(socket, i);
            }
        }
    }

    /** Reads one response to its last chunk. Returns the nanoseconds to its first event. */
    private static long stream(Socket socket, String path, String body, AtomicLong chunks) throws IOException {
        long began = System.nanoTime();
        String request = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[64 * 1024];
        long first = 0;
        int inData = 0;
        int inEnd = 0;
        while (inEnd < END.length()) {
            int length = in.read(buffer);
            if (length < 0) {
                throw new IOException("the connection ended within a stream");
            }
            int found = 0;
            for (int i = 0; i < length; i++) {
                inData = matched(DATA, inData, buffer[i]);
                inEnd = matched(END, inEnd, buffer[i]);
                if (inData == DATA.length()) {
                    inData = 0;
                    found++;
                }
            }
            if (found > 0 && first == 0) {
                first = System.nanoTime() - began;
            }
            chunks.addAndGet(found);
        }
        return first;
    }

    /** Returns the matched length of the text after this byte. No text here repeats its beginning within itself. */
    private static int matched(String text, int before, byte next) {
        if (before < text.length() && next == text.charAt(before)) {
            return before + 1;
        }
        return next == text.charAt(0) ? 1 : 0;
    }

    private void serve(ServerSocket upstream) {
        byte[] answer = answer().getBytes(StandardCharsets.US_ASCII);
        try {
            while (true) {
                Socket socket = upstream.accept();
                threads.execute(() -> answer(socket, answer));
            }
        } catch (IOException e) {
            throw new IllegalStateException("the upstream ended", e);
        }
    }

    private static String answer() {
        StringBuilder events = new StringBuilder();
        for (int i = 0; i < CHUNKS; i++) {
            events.append(
                            "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,")
                    .append("\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" tok")
                    .append(i)
                    .append("\"},\"finish_reason\":null}]}\n\n");
        }
        events.append("data: [DONE]\n\n");
        return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(events.length()) + "\r\n" + events + "\r\n0\r\n\r\n";
    }

    /** Answers the requests of a connection one after another. */
    private static void answer(Socket socket, byte[] answer) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            String head = head(in);
            while (!head.isEmpty()) {
                int at = head.toLowerCase(java.util.Locale.ROOT).indexOf("content-length:");
                int end = head.indexOf('\r', Math.max(at, 0));
                in.skipNBytes(
                        at < 0
                                ? 0
                                : Integer.parseInt(head.substring(at + 15, end).strip()));
                out.write(answer);
                if (head.contains("Connection: close")) {
                    return;
                }
                head = head(in);
            }
        } catch (IOException e) {
            // The client has closed the connection.
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.append((char) next);
            if (head.length() > 3 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                return head.toString();
            }
        }
        return "";
    }
}
