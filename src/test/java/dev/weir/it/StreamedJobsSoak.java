package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ServerContainer;
import dev.weir.it.server.ServerJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
 * A text of 200 MB flows from an upstream through a splitter and a {@code for-each} to a client. The live heap stays within a
 * bound that the collected way exceeds, with a fast and with a slow reader. Runs that end at random points leave nothing.
 * {@code weir.soak.megabytes} is the size of the text, {@code weir.soak.cancels} the number of runs that are cancelled.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(1_800)
class StreamedJobsSoak {
    private static final int MEGABYTES = Integer.getInteger("weir.soak.megabytes", 200);
    private static final int COLLECTED_MEGABYTES = 64;
    private static final int CANCELS = Integer.getInteger("weir.soak.cancels", 200);
    private static final int AT_ONCE = 8;
    /** Fewer than {@link #CANCELS}, so that a place that is not given back is missing at the end. */
    private static final int PLACES = 32;
    /** The largest growth of the live heap. A collected text takes at least its own size. */
    private static final long BOUND = 32L << 20;

    private static final int SLOW_READINGS = 12;
    private static final int SECONDS_AFTERWARDS = 10;

    private static final Path FILE = Path.of("target", "it", "streamed-jobs", "model-compose.yml");
    private static final Sentences SENTENCES = new Sentences();
    private static FakeUpstream upstream;

    @ArquillianResource
    private URL base;

    /** A megabyte of sentences that begin with their numbers, as events that end within sentences. */
    private static final class Sentences {
        private static final int EVENT = 4_096;
        private final List<String> all = new ArrayList<>();
        private final byte[] events;

        Sentences() {
            Random random = new Random(1);
            StringBuilder text = new StringBuilder();
            while (text.length() < 1 << 20) {
                String sentence = "S" + all.size() + " word".repeat(300 + random.nextInt(2_000)) + ".";
                all.add(sentence);
                text.append(sentence).append(' ');
            }
            StringBuilder written = new StringBuilder();
            for (int from = 0; from < text.length(); from += EVENT) {
                written.append("data: ")
                        .append(text, from, Math.min(text.length(), from + EVENT))
                        .append("\n\n");
            }
            events = written.toString().getBytes(StandardCharsets.US_ASCII);
        }
    }

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(StreamedJobsSoak::answer);
        Wars.relay(FILE, "streamed-jobs.yml", upstream);
        return Wars.configured(
                FILE,
                "weir.task.replay=1",
                "weir.task.replay-bytes=1",
                "weir.runs.max=" + PLACES,
                "weir.task.max-output=536870912");
    }

    private static void answer(HttpExchange exchange) throws IOException, InterruptedException {
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        if (path[1].equals("item")) {
            FakeUpstream.whole(200, "application/json", "{\"n\":" + path[3] + "}")
                    .write(exchange);
            upstream.forgetRequests();
            return;
        }
        OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
        for (int i = Integer.parseInt(path[2]); i > 0; i--) {
            out.write(SENTENCES.events);
        }
        out.close();
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @BeforeEach
    void await() throws Exception {
        WeirClient client = new WeirClient(base);
        client.awaitReady();
        for (String workflow : List.of("titles", "sentences")) {
            read(client, workflow, 4, Reader.FAST);
        }
    }

    /** Something that is done after each megabyte that a client has read. */
    private interface Reader {
        Reader FAST = megabytes -> {};

        void pause(int megabytes) throws IOException, InterruptedException;
    }

    /** Reads a whole stream. Fails unless all its sentences come in order. */
    private static void read(WeirClient client, String workflow, int megabytes, Reader reader) throws Exception {
        HttpResponse<InputStream> response = client.open(body(workflow, megabytes));
        assertThat(response.statusCode()).isEqualTo(200);
        int sentences = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.US_ASCII), 16_384)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("data:")) {
                    continue;
                }
                String expected = SENTENCES.all.get(sentences % SENTENCES.all.size());
                if (!line.endsWith(expected) || line.length() > expected.length() + "data: ".length()) {
                    throw new AssertionError("sentence " + sentences + " is " + line.substring(0, 40));
                }
                sentences++;
                if (sentences % SENTENCES.all.size() == 0) {
                    reader.pause(sentences / SENTENCES.all.size());
                }
            }
        }
        assertThat(sentences).isEqualTo(megabytes * SENTENCES.all.size());
    }

    private static String body(String workflow, int megabytes) {
        return "{\"workflow_id\":\"" + workflow + "\",\"output_only\":true,\"input\":{\"megabytes\":" + megabytes
                + "}}";
    }

    @Test
    void theHeapStaysFlatWithAFastReader() throws Exception {
        WeirClient client = new WeirClient(base);
        ServerJvm server = ServerContainer.running().jvm();
        ExecutorService readers = Executors.newCachedThreadPool();
        try {
            for (String workflow : List.of("sentences", "titles")) {
                long before = server.live().bytes();
                Future<?> reading = readers.submit(() -> {
                    read(client, workflow, MEGABYTES, Reader.FAST);
                    return null;
                });
                long most = before;
                int measured = 0;
                while (!reading.isDone()) {
                    most = Math.max(most, server.live().bytes());
                    measured++;
                }
                reading.get();
                print(workflow + ", fast reader, " + measured + " measurements", MEGABYTES, most - before);
                assertThat(most - before).as("growth of the live heap").isLessThan(BOUND);
            }
        } finally {
            readers.shutdownNow();
        }
    }

    @Test
    void theHeapStaysFlatWithASlowReader() throws Exception {
        WeirClient client = new WeirClient(base);
        ServerJvm server = ServerContainer.running().jvm();
        for (String workflow : List.of("sentences", "titles")) {
            long before = server.live().bytes();
            long[] most = {before};
            // The reader takes nothing during a measurement.
            read(client, workflow, MEGABYTES, megabytes -> {
                if (megabytes % Math.max(1, MEGABYTES / SLOW_READINGS) == 0) {
                    most[0] = Math.max(most[0], server.live().bytes());
                }
            });
            print(workflow + ", slow reader", MEGABYTES, most[0] - before);
            assertThat(most[0] - before).as("growth of the live heap").isLessThan(BOUND);
        }
    }

    /** Shows that the measurement detects a text that is held. */
    @Test
    void aCollectedTextExceedsTheBound() throws Exception {
        WeirClient client = new WeirClient(base);
        ServerJvm server = ServerContainer.running().jvm();
        long before = server.live().bytes();
        long[] most = {before};
        read(client, "collected", COLLECTED_MEGABYTES, megabytes -> {
            if (megabytes == 1) {
                most[0] = server.live().bytes();
            }
        });
        print("collected", COLLECTED_MEGABYTES, most[0] - before);
        assertThat(most[0] - before).as("growth of the live heap").isGreaterThan(2 * BOUND);
    }

    private static void print(String what, int megabytes, long growth) {
        System.out.printf("%s: %d MB, live heap grows by %d kB%n", what, megabytes, growth >> 10);
    }

    @Test
    void runsThatEndAtRandomPointsLeaveNothing() throws Exception {
        WeirClient client = new WeirClient(base);
        ServerJvm server = ServerContainer.running().jvm();
        Queue<String> tasks = new ConcurrentLinkedQueue<>();
        cancel(AT_ONCE * 4, tasks);
        awaitNothing(server);
        int threads = server.threads().size();
        ServerJvm.Live before = server.live();

        cancel(CANCELS, tasks);
        awaitNothing(server);
        ServerJvm.Live after = server.live();
        System.out.printf(
                "%d runs ended at random points: threads %d -> %d, live heap %d -> %d kB%n",
                CANCELS, threads, server.threads().size(), before.bytes() >> 10, after.bytes() >> 10);
        Crowd.assertNoRunIsHeld(after);
        for (String held : List.of("workflow.graph.ForEachExecution", "component.text.SplitSource")) {
            assertThat(after.instances("dev.weir." + held)).as(held).isZero();
        }
        for (String task : tasks) {
            Object status =
                    WeirClient.object(client.get("api/tasks/" + task).body()).get("status");
            assertThat(status).as("status of task " + task).isIn("cancelled", 404);
        }
        allPlacesAreFree();
        awaitNothing(server);
    }

    private void awaitNothing(ServerJvm server) throws IOException, InterruptedException {
        WeirClient.await(() -> upstream.open() == 0, "no call of the upstream is open", SECONDS_AFTERWARDS);
        WeirClient.await(() -> server.threadsAtWork().isEmpty(), "no thread is at work", SECONDS_AFTERWARDS);
    }

    private void cancel(int runs, Queue<String> tasks) throws Exception {
        Crowd.run(runs, AT_ONCE, number -> cancel(new Random(number), tasks), 0, () -> true, () -> {});
    }

    /** Begins a run and ends it: by a disconnect, or by a request to cancel the task. */
    private void cancel(Random random, Queue<String> tasks) throws IOException {
        String workflow = random.nextBoolean() ? "titles" : "sentences";
        RawHttp http = RawHttp.send(server(), RawHttp.run(server(), body(workflow, MEGABYTES), ""), 4096);
        boolean atOnce = random.nextInt(8) == 0;
        if (!atOnce) {
            assertThat(http.status()).contains(" 200 ");
            String task = http.headers().get("x-task-id");
            tasks.add(task);
            http.skip(random.nextInt(1 << random.nextInt(24)));
            if (random.nextInt(3) == 0) {
                RawHttp.answer(
                        server(),
                        "DELETE",
                        server().resolve("api/tasks/" + task).getRawPath(),
                        "");
            }
        }
        http.leave(random);
    }

    private void allPlacesAreFree() throws IOException {
        List<RawHttp> all = new ArrayList<>();
        try {
            for (int i = 0; i < PLACES; i++) {
                RawHttp http = RawHttp.send(server(), RawHttp.run(server(), body("titles", MEGABYTES), ""), 4096);
                all.add(http);
                assertThat(http.status()).as("run " + i).contains(" 200 ");
            }
        } finally {
            for (RawHttp http : all) {
                http.close();
            }
        }
    }

    private URI server() {
        return URI.create(base.toString());
    }
}
