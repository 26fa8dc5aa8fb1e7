package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ServerContainer;
import dev.weir.it.server.ServerJvm;
import dev.weir.sse.ReferenceEventParser;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
 * Clients disconnect at random points, while others read to the end. Afterwards the server holds no object of these clients.
 * {@code weir.soak.kills} is the number of clients that disconnect.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(600)
class KilledClientsIT {
    private static final int KILLS = Integer.getInteger("weir.soak.kills", 40);
    private static final boolean SOAK = KILLS > 100;
    private static final int KILLERS = 16;
    private static final int READERS = 8;
    private static final List<String> KINDS = List.of("endless", "silent", "late", "burst");
    private static final String WHOLE =
            IntStream.range(0, 100).mapToObj(i -> " chunk " + i).collect(Collectors.joining());
    /** Tolerance for ended runs that are kept as tasks, and for the server's caches. */
    private static final long BREATH_BYTES = 4 << 20;

    private static final Path FILE = Path.of("target", "it", "killed", "model-compose.yml");
    private static FakeUpstream upstream;

    @ArquillianResource
    private URL base;

    private final Set<String> killedTasks = ConcurrentHashMap.newKeySet();
    private final AtomicInteger readToTheEnd = new AtomicInteger();

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(KilledClientsIT::answer);
        // Events of ended tasks are kept for repeated reading; this is not a leak.
        return Wars.configured(
                Wars.relay(FILE, "kinds.yml", upstream), "weir.sse.heartbeat=200ms", "weir.task.replay=1");
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    /** Writes without end, so that it detects the disconnect of its client. */
    private static void answer(HttpExchange exchange) throws IOException, InterruptedException {
        String kind = exchange.getRequestURI().getPath().substring(1);
        if (kind.equals("late")) {
            TimeUnit.MILLISECONDS.sleep(150);
        }
        OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
        int chunks = kind.equals("whole") ? 100 : Integer.MAX_VALUE;
        for (int i = 0; i < chunks; i++) {
            boolean silent = kind.equals("silent") && i > 0;
            out.write((silent ? ": nothing\n\n" : "data:  chunk " + i + "\n\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            if (!kind.equals("burst")) {
                TimeUnit.MILLISECONDS.sleep(3);
            }
        }
        out.close();
    }

    @Test
    void nothingIsLeftOfClientsThatVanish() throws Exception {
        new WeirClient(base).awaitReady();
        ServerJvm server = ServerContainer.running().jvm();
        run(KILLERS * 2);
        awaitRest(server);
        ServerJvm.Live before = server.live();
        int threadsBefore = server.threads().size();
        readToTheEnd.set(0);
        killedTasks.clear();

        run(KILLS);

        awaitRest(server);
        ServerJvm.Live after = server.live();
        System.out.printf(
                "%d clients vanished (%d after their stream had begun), %d read to the end; live heap %d -> %d kB: %s%n",
                KILLS,
                killedTasks.size(),
                readToTheEnd.get(),
                before.bytes() >> 10,
                after.bytes() >> 10,
                after.growthSince(before));
        assertThat(after.bytes()).as("live heap").isLessThan(before.bytes() + BREATH_BYTES);
        Crowd.assertNoRunIsHeld(after);
        assertThat(readToTheEnd).as("others went on").hasValueGreaterThanOrEqualTo(READERS);
        if (SOAK) {
            new WeirClient(base)
                    .await(() -> server.threads().size() <= threadsBefore, "no thread more than " + threadsBefore);
        }
    }

    /** {@code kills} clients disconnect while others read. */
    private void run(int kills) throws Exception {
        Crowd.run(kills, KILLERS, number -> kill(new Random(number)), READERS, () -> true, this::readToTheEnd);
    }

    private void readToTheEnd() throws IOException {
        try (RawHttp http = RawHttp.send(server(), request("whole"))) {
            assertThat(http.status()).contains(" 200 ");
            http.headers();
            assertThat(ReferenceEventParser.joined(http.chunkedBody())).isEqualTo(WHOLE);
        }
        readToTheEnd.incrementAndGet();
    }

    /** Disconnects in the request, before the answer, or during the answer, by FIN or by reset. */
    private void kill(Random random) throws IOException, InterruptedException {
        String request = request(KINDS.get(random.nextInt(KINDS.size())));
        int point = random.nextInt(4);
        String sent = point == 0 ? request.substring(0, random.nextInt(request.length())) : request;
        RawHttp http = RawHttp.send(server(), sent);
        if (point == 1) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(200));
        } else if (point > 1) {
            assertThat(http.status()).contains(" 200 ");
            killedTasks.add(http.headers().get("x-task-id"));
            http.skip(random.nextInt(random.nextBoolean() ? 20 : 2_000));
        }
        http.leave(random);
    }

    private String request(String kind) {
        return RawHttp.run(server(), "{\"input\":{\"kind\":\"" + kind + "\"},\"output_only\":true}", "");
    }

    private URI server() {
        return URI.create(base.toString());
    }

    /** Waits until no run works, the upstream has no request, and no thread of Weir remains. Then every run is cancelled. */
    private void awaitRest(ServerJvm server) throws Exception {
        WeirClient client = new WeirClient(base);
        client.await(() -> upstream.open() == 0, "no request is open at the upstream");
        client.await(() -> server.threadsAtWork().isEmpty(), "no thread is at work");
        ServerJvm.Live live = server.live();
        assertThat(live.instances("dev.weir.workflow.RunState$Processing")).isZero();
        assertThat(live.instances("dev.weir.workflow.RunState$Pending")).isZero();
        for (String taskId : killedTasks) {
            assertThat(WeirClient.object(client.get("api/tasks/" + taskId).body()))
                    .containsEntry("status", "cancelled");
        }
    }
}
