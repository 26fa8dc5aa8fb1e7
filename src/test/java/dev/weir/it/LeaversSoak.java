package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ApplicationServer;
import dev.weir.it.server.ServerContainer;
import dev.weir.it.server.ServerJvm;
import dev.weir.sse.ReferenceEventParser;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Clients disconnect at random: a third before the first chunk, a third during the stream, a third while they read slowly.
 * Meanwhile the configuration is loaded again, runs are cancelled and continued, and other clients read their whole streams.
 * Ten seconds after the last disconnect, the server holds no object of these clients. {@code weir.soak.leavers} is the number
 * of clients that disconnect.
 */
@Tag(Matrix.TAG)
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(1_800)
class LeaversSoak {
    private static final int LEAVERS = Integer.getInteger("weir.soak.leavers", 1_000);
    private static final int AT_ONCE = 48;
    private static final int READERS = 8;
    private static final int LEAST_READINGS = 200;
    private static final int LEAVERS_PER_RELOAD = 100;
    private static final int SECONDS_AFTERWARDS = 10;
    private static final int CHUNKS = 60;
    /** The connections that the HTTP clients of this test keep open. */
    private static final int KEPT_CONNECTIONS = 8;

    private static final String LARGE = "data: " + "x".repeat(8 * 1024) + "\n\n";
    private static final List<String> SILENT = List.of("comments", "half-event");

    private static String configuration;
    private static FakeUpstream upstream;

    @ArquillianResource
    private URL base;

    private final AtomicInteger resumed = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger reloads = new AtomicInteger();
    private final AtomicInteger readings = new AtomicInteger();

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(LeaversSoak::answer);
        configuration = Wars.relayed("leavers.yml", upstream);
        Matrix.configure(upstream, "leavers.yml", text -> text);
        return Wars.built();
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    /** Writes without end, so that it detects the disconnect of its client. */
    private static void answer(HttpExchange exchange) throws IOException, InterruptedException {
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        boolean value = path[1].equals("value");
        OutputStream out = FakeUpstream.begin(exchange, value ? "application/json" : "text/event-stream");
        int pieces = path[1].equals("whole") ? CHUNKS : Integer.MAX_VALUE;
        for (int i = 0; i < pieces; i++) {
            String piece = switch (path[1]) {
                case "value" -> " ";
                case "comments" -> ": nothing yet\n\n";
                case "half-event" -> i == 0 ? "data: " : "x";
                case "large" -> LARGE;
                default -> "data: " + path[2] + " " + i + "\n\n";
            };
            out.write(piece.getBytes(StandardCharsets.UTF_8));
            out.flush();
            if (!path[1].equals("large")) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
        out.close();
    }

    @Test
    void nothingIsLeftOfThem() throws Exception {
        new WeirClient(base).awaitReady();
        ServerJvm server = ServerContainer.running().jvm();
        leave(AT_ONCE * 2);
        awaitNothing(server);
        int threads = server.threads().size();

        leave(LEAVERS);
        long left = System.nanoTime();
        awaitNothing(server);
        System.out.printf(
                "%s: %d clients left, %d runs were continued, %d cancelled, %d loads, %d readings; nothing was left after %.1f s%n",
                ApplicationServer.name(),
                LEAVERS,
                resumed.get(),
                cancelled.get(),
                reloads.get(),
                readings.get(),
                (System.nanoTime() - left) / 1e9);
        ServerJvm.Live live = server.live();
        Crowd.assertNoRunIsHeld(live);
        // WildFly keeps some ended requests until their connections are reused.
        assertThat(live.instances("dev.weir.api.response.OpenResponse")).isLessThanOrEqualTo(AT_ONCE);
        System.out.printf(
                "threads: %d before, %d after%n", threads, server.threads().size());
        assertThat(readings).hasValueGreaterThanOrEqualTo(LEAST_READINGS);
        assertThat(resumed).hasPositiveValue();
        assertThat(cancelled).hasPositiveValue();
    }

    private void awaitNothing(ServerJvm server) throws IOException, InterruptedException {
        WeirClient.await(() -> upstream.open() == 0, "no call of the upstream is open", SECONDS_AFTERWARDS);
        WeirClient.await(() -> server.threadsAtWork().isEmpty(), "no thread is at work", SECONDS_AFTERWARDS);
        WeirClient.await(() -> server.temporaryFiles().isEmpty(), "no temporary file", SECONDS_AFTERWARDS);
        WeirClient.await(() -> connections() <= KEPT_CONNECTIONS, "no connection is open", SECONDS_AFTERWARDS);
    }

    /** The number of the server's connections with clients, including connections that the client has closed. */
    private long connections() throws IOException {
        String port = String.format(Locale.ROOT, ":%04X ", server().getPort());
        long connections = 0;
        for (String table : List.of("tcp", "tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of("/proc/net", table))) {
                connections += lines.map(line -> line.strip().split("\\s+", 5))
                        .filter(fields -> (fields[1] + " ").endsWith(port))
                        .filter(fields -> fields[3].equals("01") || fields[3].equals("08"))
                        .count();
            }
        }
        return connections;
    }

    /** {@code leavers} clients disconnect while others read. */
    private void leave(int leavers) throws Exception {
        Crowd.run(
                leavers,
                AT_ONCE,
                number -> leave(number, new Random(number)),
                READERS,
                () -> readings.get() >= LEAST_READINGS,
                () -> readToTheEnd("reader" + readings.incrementAndGet()));
    }

    /** Asserts that the stream contains no byte of another run. */
    private void readToTheEnd(String name) throws IOException {
        String whole = IntStream.range(0, CHUNKS).mapToObj(i -> name + " " + i).collect(Collectors.joining());
        try (RawHttp http = RawHttp.send(server(), post("whole", name))) {
            assertThat(http.status()).contains(" 200 ");
            assertThat(ReferenceEventParser.joined(http.body(http.headers()))).isEqualTo(whole);
        }
    }

    private void leave(int number, Random random) throws Exception {
        if (number % LEAVERS_PER_RELOAD == 0) {
            Files.writeString(ApplicationServer.configuration(), configuration.replace("TITLE", "Load " + number));
            reloads.incrementAndGet();
        }
        RawHttp http = switch (number % 3) {
            case 0 -> beforeTheFirstChunk(random);
            case 1 -> inTheMidst(random);
            default -> whileReadingSlowly(random);
        };
        http.leave(random);
    }

    private RawHttp beforeTheFirstChunk(Random random) throws IOException, InterruptedException {
        RawHttp http = switch (random.nextInt(5)) {
            case 0 -> RawHttp.send(server(), RawHttp.run(server(), "{\"workflow_id\":\"value\",\"input\":{}}", ""));
            case 1 -> RawHttp.send(server(), get(silent(random), ""));
            case 2 -> halfSent(random);
            default -> RawHttp.send(server(), post(silent(random), "none"));
        };
        TimeUnit.MILLISECONDS.sleep(random.nextInt(200));
        return http;
    }

    private static String silent(Random random) {
        return SILENT.get(random.nextInt(SILENT.size()));
    }

    /** A partly sent file, larger than the memory limit for one body. */
    private RawHttp halfSent(Random random) throws IOException {
        String head = "--b\r\nContent-Disposition: form-data; name=\"input[file]\"; filename=\"a.bin\"\r\n\r\n";
        int bytes = 2 << 20;
        RawHttp http =
                RawHttp.send(server(), RawHttp.runHead(server(), "multipart/form-data; boundary=b", bytes, "") + head);
        http.more("x".repeat(random.nextInt(bytes / 2)));
        return http;
    }

    private RawHttp inTheMidst(Random random) throws Exception {
        boolean isGet = random.nextBoolean();
        RawHttp http = RawHttp.send(server(), isGet ? get("endless", "") : post("endless", "none"));
        assertThat(http.status()).contains(" 200 ");
        Map<String, String> headers = http.headers();
        String task = headers.get("x-task-id");
        http.skip(random.nextInt(300));
        int then = random.nextInt(4);
        if (then == 0) {
            // A client of the JDK would keep its connection open.
            RawHttp.answer(
                    server(), "DELETE", server().resolve("api/tasks/" + task).getRawPath(), "");
            cancelled.incrementAndGet();
        } else if (then == 1 && isGet) {
            http.close();
            RawHttp again = RawHttp.send(server(), get("endless", "Last-Event-ID: " + task + ":0\r\n"));
            if (again.status().contains(" 200 ")) {
                again.skip(random.nextInt(300));
                resumed.incrementAndGet();
            }
            return again;
        }
        return http;
    }

    private RawHttp whileReadingSlowly(Random random) throws IOException, InterruptedException {
        RawHttp http = RawHttp.send(server(), post("large", "none"), 4096);
        assertThat(http.status()).contains(" 200 ");
        for (int i = random.nextInt(4); i >= 0; i--) {
            http.skip(random.nextInt(4_000));
            TimeUnit.MILLISECONDS.sleep(random.nextInt(100));
        }
        return http;
    }

    private String post(String kind, String name) {
        return RawHttp.run(
                server(), "{\"input\":{\"kind\":\"" + kind + "\",\"name\":\"" + name + "\"},\"output_only\":true}", "");
    }

    private String get(String kind, String headers) {
        return "GET " + server().resolve("api/workflows/runs").getRawPath() + "?input%5Bkind%5D=" + kind
                + " HTTP/1.1\r\nHost: " + server().getAuthority() + "\r\nAccept: text/event-stream\r\n" + headers
                + "\r\n";
    }

    private URI server() {
        return URI.create(base.toString());
    }
}
