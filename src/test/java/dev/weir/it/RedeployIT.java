package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ApplicationServer;
import dev.weir.it.server.ServerContainer;
import dev.weir.it.server.ServerJvm;
import dev.weir.sse.ReferenceEventParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jboss.arquillian.container.test.api.Deployer;
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
 * Redeploys the application on a running server, with open streams and with a loaded model. {@code weir.soak.redeploys} is
 * the number of redeployments.
 */
@Tag(Matrix.TAG)
@ExtendWith({ArquillianExtension.class, Matrix.class})
@RunAsClient
@Timeout(600)
class RedeployIT {
    private static final int REDEPLOYS = Integer.getInteger("weir.soak.redeploys", 3);
    private static final int STREAMS = 10;
    private static final int CONCURRENT_REQUESTS = 64;
    private static final String EVENTS = "a task's events";
    private static final String CONTINUABLE = "a stream that was started by GET";
    private static final double MOST_GROWTH = 1.1;

    /** From this number of redeployments the test also compares the memory. */
    private static final int MANY = 10;

    private static FakeUpstream upstream;

    @ArquillianResource
    private Deployer deployer;

    @Deployment(name = "weir", managed = false, testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(RedeployIT::steady);
        Matrix.configure(upstream, upstream.url());
        return Wars.built();
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    /** Sends a chunk at intervals, without end. */
    private static void steady(HttpExchange exchange) throws IOException, InterruptedException {
        OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
        while (true) {
            out.write(FakeUpstream.openAi("more").getBytes(StandardCharsets.UTF_8));
            out.flush();
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private WeirClient deploy() throws Exception {
        deployer.deploy("weir");
        WeirClient client = new WeirClient(server().toURL());
        client.awaitReady();
        return client;
    }

    private static URI server() {
        return ServerContainer.running().base();
    }

    private static String run(String workflow) {
        return "{\"workflow_id\":\"" + workflow
                + "\",\"input\":{\"prompt\":\"Once upon a time\"},\"output_only\":true}";
    }

    @Test
    void undeployingEndsOpenStreamsWithAnErrorAtOnceAndLeavesNoThread() throws Exception {
        WeirClient client = deploy();
        ExecutorService readers = Executors.newCachedThreadPool();
        Map<String, Future<String>> streams = new LinkedHashMap<>();
        String request = RawHttp.run(client.at(""), run("text"), "");
        // The body of this request is incomplete.
        RawHttp unfinished = RawHttp.send(client.at(""), request.substring(0, request.length() - 1));
        try {
            for (int i = 0; i < STREAMS; i++) {
                streams.put("stream " + i, read(readers, client.open(run("text"))));
            }
            HttpResponse<InputStream> continuable =
                    client.openGet("api/workflows/runs?workflow_id=text&input%5Bprompt%5D=Hello");
            String task = continuable.headers().firstValue("X-Task-Id").orElseThrow();
            streams.put(EVENTS, read(readers, client.openGet("api/tasks/" + task + "/events")));
            streams.put(CONTINUABLE, read(readers, continuable));

            long began = System.nanoTime();
            deployer.undeploy("weir");
            Duration took = Duration.ofNanos(System.nanoTime() - began);

            System.out.printf("undeployed from %s in %d ms%n", ApplicationServer.name(), took.toMillis());
            for (Map.Entry<String, Future<String>> stream : streams.entrySet()) {
                List<ReferenceEventParser.Event> events =
                        ReferenceEventParser.parse(stream.getValue().get());
                ReferenceEventParser.Event last = events.get(events.size() - 1);
                assertThat(last.type()).as(stream.getKey()).isEqualTo("error");
                assertThat(last.data()).contains("\"status\":503", "shutting down");
            }
            client.await(() -> upstream.open() == 0, "no request is open at the upstream");
            // On Open Liberty nothing else ends the read of an incomplete body.
            unfinished.close();
            awaitNoThread(client);
        } finally {
            unfinished.close();
            readers.shutdownNow();
        }
    }

    private static Future<String> read(ExecutorService readers, HttpResponse<InputStream> stream) {
        return readers.submit(() -> new String(stream.body().readAllBytes(), StandardCharsets.UTF_8));
    }

    /**
     * Waits until no thread of Weir and no thread of an HTTP client remains. The threads of HTTP clients check every three
     * seconds whether their client is still referenced.
     */
    private static void awaitNoThread(WeirClient client) throws IOException, InterruptedException {
        ServerJvm jvm = ServerContainer.running().jvm();
        client.await(
                () -> {
                    jvm.memory();
                    return jvm.threads().stream()
                            .noneMatch(thread -> thread.startsWith("\"weir-") || thread.startsWith("\"HttpClient-"));
                },
                "no thread of the application is left");
    }

    /**
     * Waits until at most one class loader of the application remains, and returns how many remain. An idle thread of a server
     * may keep the application of the last request that the thread served, until the thread serves another request.
     */
    private static long awaitClassLoaders(WeirClient client) throws IOException, InterruptedException {
        ServerJvm jvm = ServerContainer.running().jvm();
        long[] loaders = new long[1];
        client.await(
                () -> {
                    client.getAtOnce("", CONCURRENT_REQUESTS);
                    loaders[0] = jvm.loadersOf("dev.weir.lifecycle.Startup");
                    return loaders[0] <= 1;
                },
                "at most one class loader of the application is left");
        return loaders[0];
    }

    @Test
    void deployedAgainTheModelLoadsAgainAndNoThreadIsLeftThoughAStreamWasOpen() throws Exception {
        ServerJvm jvm = ServerContainer.running().jvm();
        List<ServerJvm.Memory> memory = new ArrayList<>();
        String first = "";
        for (int i = 1; i <= REDEPLOYS; i++) {
            WeirClient client = deploy();
            String story = client.run(run("story")).body();
            assertThat(ReferenceEventParser.parse(story)).as(story).hasSizeGreaterThan(20);
            first = first.isEmpty() ? story : first;
            assertThat(story).as("deployment %s", i).isEqualTo(first);
            HttpResponse<InputStream> open = client.open(run("text"));
            client.await(() -> upstream.open() == 1, "a request is open at the upstream");
            deployer.undeploy("weir");
            client.await(() -> upstream.open() == 0, "no request is open at the upstream");
            open.body().close();
            awaitNoThread(client);
            long loaders = awaitClassLoaders(client);
            memory.add(jvm.memory());
            System.out.printf(
                    "deployment %d on %s: %s, %d class loaders%n",
                    i, ApplicationServer.name(), memory.get(i - 1), loaders);
        }
        if (REDEPLOYS >= MANY) {
            assertReturns("metaspace", ServerJvm.Memory::metaspaceBytes, memory);
            assertReturns("memory of the process", ServerJvm.Memory::rssBytes, memory);
        }
    }

    /** Compares the least of the last values with the most of the first: any value may include a kept class loader. */
    private static void assertReturns(
            String what, ToLongFunction<ServerJvm.Memory> bytes, List<ServerJvm.Memory> memory) {
        int few = memory.size() / 4;
        long first = memory.subList(0, few).stream().mapToLong(bytes).max().orElseThrow();
        long last = memory.subList(memory.size() - few, memory.size()).stream()
                .mapToLong(bytes)
                .min()
                .orElseThrow();
        assertThat((double) last)
                .as("%s of the last deployments, %s", what, memory)
                .isLessThan(MOST_GROWTH * first);
    }
}
