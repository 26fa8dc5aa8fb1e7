package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ServerContainer;
import dev.weir.it.server.ServerJvm;
import dev.weir.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A {@code for-each} over 1,000 elements with eight calls at once, as its upstream sees it. {@code weir.soak.cancels} is the number
 * of runs that are cancelled.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(1_800)
class ForEachSoak {
    private static final int ITEMS = 1_000;
    private static final int AT_ONCE = 8;
    private static final int RUNS = 20;
    private static final int CANCELS = Integer.getInteger("weir.soak.cancels", 50);
    private static final int FAILING = 500;
    /** Fewer than {@link #CANCELS}, so that a place that is not given back is missing at the end. */
    private static final int PLACES = 16;
    /** The tasks of 20 runs keep their results, about 20 kB each. What a call needs is larger: 20 runs have 20,000 calls. */
    private static final long BOUND = 1 << 20;

    private static final int SECONDS_AFTERWARDS = 10;

    private static final Path FILE = Path.of("target", "it", "for-each", "model-compose.yml");
    private static final Map<String, Calls> CALLS = new ConcurrentHashMap<>();
    private static FakeUpstream upstream;

    @ArquillianResource
    private URL base;

    /** The calls of one run, as the upstream sees them. */
    private static final class Calls {
        private final AtomicInteger begun = new AtomicInteger();
        private final AtomicInteger open = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private final AtomicInteger highest = new AtomicInteger();
        /** The number of calls after which {@link #reached} opens. */
        private final int point;

        private final CountDownLatch reached = new CountDownLatch(1);

        Calls(int point) {
            this.point = point;
        }

        void begin(int number) {
            highest.accumulateAndGet(number, Math::max);
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
            if (begun.incrementAndGet() == point) {
                reached.countDown();
            }
        }
    }

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(ForEachSoak::answer);
        Wars.relay(FILE, "streamed-jobs.yml", upstream);
        return Wars.configured(
                FILE, "weir.task.replay=1", "weir.task.replay-bytes=1", "weir.runs.max=" + PLACES, "weir.runs.queue=0");
    }

    private static void answer(HttpExchange exchange) throws IOException, InterruptedException {
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        int number = Integer.parseInt(path[3]);
        Calls calls = CALLS.get(path[2]);
        upstream.forgetRequests();
        calls.begin(number);
        try {
            boolean fails = path[2].startsWith("failing");
            if (fails && number == FAILING) {
                FakeUpstream.whole(400, "application/json", "{\"error\":\"broken\"}")
                        .write(exchange);
            } else if (fails && number > FAILING) {
                untilTheClientDisconnects(exchange);
            } else {
                FakeUpstream.whole(200, "application/json", "{\"n\":" + number + "}")
                        .write(exchange);
            }
        } finally {
            calls.open.decrementAndGet();
        }
    }

    @SuppressWarnings("InfiniteLoopStatement") // A write to a connection that is closed throws.
    private static void untilTheClientDisconnects(HttpExchange exchange) throws IOException {
        OutputStream out = FakeUpstream.begin(exchange, "application/json");
        while (true) {
            out.write(new byte[] {' '});
            out.flush();
        }
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @BeforeEach
    void await() throws Exception {
        new WeirClient(base).awaitReady();
    }

    private static String body(String name) {
        String items = IntStream.range(0, ITEMS).mapToObj(Integer::toString).collect(Collectors.joining(","));
        return "{\"workflow_id\":\"items\",\"output_only\":true,\"input\":{\"of\":\"" + name + "\",\"items\":[" + items
                + "]}}";
    }

    private static List<Integer> items() {
        return IntStream.range(0, ITEMS).boxed().toList();
    }

    @Test
    void aThousandResultsKeepTheirOrderWithEightCallsAtOnceAndAFlatHeap() throws Exception {
        WeirClient client = new WeirClient(base);
        ServerJvm server = ServerContainer.running().jvm();
        int most = 0;
        ServerJvm.Live before = null;
        for (int run = -RUNS / 2; run < RUNS; run++) {
            if (run == 0) {
                before = server.live();
            }
            String name = "run" + run;
            Calls calls = new Calls(0);
            CALLS.put(name, calls);
            assertThat(Json.parse(client.run(body(name)).body())).isEqualTo(items());
            assertThat(calls.begun).hasValue(ITEMS);
            assertThat(calls.most.get()).as("calls at once").isBetween(2, AT_ONCE);
            most = Math.max(most, calls.most.get());
        }
        ServerJvm.Live after = server.live();
        System.out.printf(
                "for-each over %d elements: %d calls at once at most, live heap grows by %d kB in %d runs: %s%n",
                ITEMS, most, (after.bytes() - before.bytes()) >> 10, RUNS, after.growthSince(before));
        assertThat(after.bytes() - before.bytes()).as("growth of the live heap").isLessThan(BOUND);
        Crowd.assertNoRunIsHeld(after);
    }

    @Test
    void oneFailureCancelsTheOtherCallsAndStartsNone() throws Exception {
        WeirClient client = new WeirClient(base);
        for (int run = 0; run < RUNS; run++) {
            CALLS.put("failing" + run, new Calls(0));
            assertThat(client.run(body("failing" + run)).body()).contains("item " + FAILING + ": ");
        }
        client.await(() -> upstream.open() == 0, "no call is open");
        for (int run = 0; run < RUNS; run++) {
            Calls calls = CALLS.get("failing" + run);
            // A call that had begun with the one that fails may be cancelled before its upstream sees it.
            assertThat(calls.begun.get()).isBetween(FAILING + 2 - AT_ONCE, FAILING + AT_ONCE);
            assertThat(calls.highest.get()).isBetween(FAILING, FAILING + AT_ONCE - 1);
        }
    }

    @Test
    void runsThatEndAtRandomPointsLeaveNothing() throws Exception {
        WeirClient client = new WeirClient(base);
        ServerJvm server = ServerContainer.running().jvm();
        Queue<String> tasks = new ConcurrentLinkedQueue<>();
        cancel(client, "early", AT_ONCE, tasks);
        awaitNothing(server);
        int threads = server.threads().size();

        cancel(client, "late", CANCELS, tasks);
        awaitNothing(server);
        Crowd.assertNoRunIsHeld(server.live());
        assertThat(server.live().instances("dev.weir.workflow.graph.ForEachExecution"))
                .isZero();
        System.out.printf(
                "%d runs ended at random points: threads %d -> %d%n",
                CANCELS, threads, server.threads().size());
        int begun = CALLS.values().stream().mapToInt(calls -> calls.begun.get()).sum();
        for (String task : tasks) {
            assertThat(WeirClient.object(client.get("api/tasks/" + task).body()).get("status"))
                    .as("status of task " + task)
                    .isIn("cancelled", 404);
        }
        allPlacesAreFree();
        assertThat(CALLS.values().stream().mapToInt(calls -> calls.begun.get()).sum())
                .isEqualTo(begun + PLACES * ITEMS);
    }

    private static void awaitNothing(ServerJvm server) throws IOException, InterruptedException {
        WeirClient.await(() -> upstream.open() == 0, "no call of the upstream is open", SECONDS_AFTERWARDS);
        WeirClient.await(() -> server.threadsAtWork().isEmpty(), "no thread is at work", SECONDS_AFTERWARDS);
    }

    private void cancel(WeirClient client, String name, int runs, Queue<String> tasks) throws Exception {
        Crowd.run(
                runs,
                AT_ONCE / 2,
                number -> cancel(client, name + number, new Random(number), tasks),
                0,
                () -> true,
                () -> {});
    }

    /** Begins a run, and ends it after a random number of calls: by a disconnect, or by a request to cancel the task. */
    private void cancel(WeirClient client, String name, Random random, Queue<String> tasks)
            throws IOException, InterruptedException {
        Calls calls = new Calls(1 + random.nextInt(ITEMS * 9 / 10));
        CALLS.put(name, calls);
        String body = body(name);
        if (random.nextBoolean()) {
            try (RawHttp http = RawHttp.send(server(), RawHttp.run(server(), body, ""))) {
                calls.reached.await();
                http.leave(random);
            }
            return;
        }
        String background = body.replace("\"output_only\":true", "\"wait_for_completion\":false");
        String task = (String) WeirClient.object(client.run(background).body()).get("task_id");
        tasks.add(task);
        calls.reached.await();
        assertThat(client.delete("api/tasks/" + task).statusCode()).isEqualTo(202);
    }

    private void allPlacesAreFree() throws Exception {
        Crowd.run(
                PLACES,
                PLACES,
                number -> {
                    String name = "free" + number;
                    CALLS.put(name, new Calls(0));
                    String body = body(name);
                    try (RawHttp http = RawHttp.send(server(), RawHttp.run(server(), body, ""))) {
                        assertThat(http.status()).as("run " + number).contains(" 200 ");
                        assertThat(Json.parse(new String(http.body(http.headers()), StandardCharsets.UTF_8)))
                                .isEqualTo(items());
                    }
                },
                0,
                () -> true,
                () -> {});
    }

    private URI server() {
        return URI.create(base.toString());
    }
}
