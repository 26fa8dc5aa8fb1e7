package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ServerContainer;
import dev.weir.it.server.ServerJvm;
import dev.weir.load.Load;
import dev.weir.load.Load.Report;
import dev.weir.load.PacedUpstream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Clients stop reading while 200 MB wait for each of them. Memory stays constant, the server drops these clients, and other
 * clients are not affected.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(300)
class StalledReaderSoak {
    private static final int STALLED = 8;
    private static final int OTHERS = 20;
    private static final int PACE_MILLIS = 20;
    private static final int SECONDS = 5;
    private static final int LIMIT_SECONDS = 15;
    private static final byte[] EVENT = ("data: " + "x".repeat(8 * 1024) + "\n\n").getBytes(StandardCharsets.US_ASCII);
    private static final int EVENTS = (200 << 20) / EVENT.length;
    /** A queue of 64 such events, the server's write queue, and the buffers of two connections. */
    private static final long STREAM_BYTES = 2 << 20;

    private static final Path FILE = Path.of("target", "it", "stalled", "model-compose.yml");
    private static final AtomicLong GIVEN = new AtomicLong();
    private static FakeUpstream large;
    private static PacedUpstream paced;

    @ArquillianResource
    private URL base;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        large = new FakeUpstream(StalledReaderSoak::twoHundredMegabytes);
        paced = new PacedUpstream(0, SECONDS * 1000 / PACE_MILLIS, PACE_MILLIS);
        Wars.relay(FILE, "stalled.yml", large);
        Files.writeString(FILE, Files.readString(FILE).replace("http://paced.example", paced.url()));
        // Events of ended tasks are kept for repeated reading, and are not part of the measurement.
        return Wars.configured(FILE, "weir.sse.write-timeout=" + LIMIT_SECONDS + "s", "weir.task.replay=1");
    }

    private static void twoHundredMegabytes(HttpExchange exchange) throws IOException {
        OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
        for (int i = 0; i < EVENTS; i++) {
            out.write(EVENT);
            GIVEN.addAndGet(EVENT.length);
        }
        out.close();
    }

    @AfterAll
    static void stop() throws IOException {
        large.close();
        paced.close();
    }

    @Test
    void memoryStaysFlatAndOthersDoNotNotice() throws Exception {
        WeirClient client = new WeirClient(base);
        client.awaitReady();
        ServerJvm server = ServerContainer.running().jvm();
        others();
        Report alone = others();
        ServerJvm.Live before = server.live();

        List<RawHttp> stalled = new ArrayList<>();
        List<String> tasks = new ArrayList<>();
        for (int i = 0; i < STALLED; i++) {
            RawHttp http = RawHttp.send(server(), RawHttp.run(server(), large(), ""), 4096);
            assertThat(http.status()).contains(" 200 ");
            tasks.add(http.headers().get("x-task-id"));
            stalled.add(http);
        }
        Report beside = others();
        long given = GIVEN.get();
        ServerJvm.Live during = server.live();
        for (String task : tasks) {
            assertThat(WeirClient.object(client.get("api/tasks/" + task).body()))
                    .containsEntry("status", "processing");
        }
        for (String task : tasks) {
            assertThat(client.awaitTask(task, "cancelled"))
                    .containsEntry("status", "cancelled")
                    .containsEntry(
                            "error",
                            Map.of(
                                    "detail",
                                    "the client took nothing for " + LIMIT_SECONDS
                                            + "000 ms (weir.sse.write-timeout)"));
        }
        client.await(() -> large.open() == 0, "no request is open at the upstream");
        for (RawHttp http : stalled) {
            http.close();
        }
        client.await(() -> server.threadsAtWork().isEmpty(), "no thread is at work");
        ServerJvm.Live after = server.live();

        System.out.printf(
                "%d readers stalled: %d kB of %d MB taken for each; live heap %d -> %d -> %d kB%nothers alone  %s%nothers beside %s%n",
                STALLED,
                (given / STALLED) >> 10,
                200,
                before.bytes() >> 10,
                during.bytes() >> 10,
                after.bytes() >> 10,
                alone,
                beside);
        // The system's buffers between upstream, server and client hold some megabytes besides the server's buffers.
        assertThat(given / STALLED).as("taken from the upstream").isLessThan(16 << 20);
        assertThat(during.bytes()).as("live heap while they stall").isLessThan(before.bytes() + STALLED * STREAM_BYTES);
        // The server itself keeps objects of these requests, about 2 MB.
        assertThat(after.bytes()).as("live heap afterwards").isLessThan(before.bytes() + 2 * STREAM_BYTES);
        assertThat(beside.failures()).isEmpty();
        assertThat(beside.lagMillis().p99())
                .as("lag of others")
                .isLessThan(50 + 3 * alone.lagMillis().p99());
    }

    private Report others() throws IOException {
        return Load.run(server().resolve("api/workflows/runs"), OTHERS, SECONDS * 1000 / PACE_MILLIS, 0);
    }

    private static String large() {
        return "{\"workflow_id\":\"large\",\"output_only\":true}";
    }

    private URI server() {
        return URI.create(base.toString());
    }
}
