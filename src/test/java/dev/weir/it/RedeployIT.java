package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ApplicationServer;
import dev.weir.it.server.ServerContainer;
import dev.weir.it.server.ServerJvm;
import dev.weir.sse.ReferenceEventParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
 * The application comes to a running server and leaves it, with streams open and with a model loaded.
 * {@code weir.soak.redeploys} says how often.
 */
@Tag(Matrix.TAG)
@ExtendWith({ArquillianExtension.class, Matrix.class})
@RunAsClient
@Timeout(600)
class RedeployIT {
    private static final int REDEPLOYS = Integer.getInteger("weir.soak.redeploys", 3);
    private static final boolean SOAK = REDEPLOYS > 3;
    private static final int STREAMS = 10;
    /** What may remain of an application that has left: servers keep the last one's class loader until another comes. */
    private static final int LOADERS = 1;

    private static FakeUpstream upstream;

    @ArquillianResource
    private Deployer deployer;

    @Deployment(name = "weir", managed = false, testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(FakeUpstream.endless(FakeUpstream.openAi("more")));
        Matrix.configure(upstream, upstream.url());
        return Wars.built();
    }

    @AfterAll
    static void stop() {
        upstream.close();
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
        List<Future<String>> streams = new ArrayList<>();
        try {
            for (int i = 0; i < STREAMS; i++) {
                streams.add(read(readers, client.open(run("text"))));
            }
            HttpResponse<InputStream> continuable =
                    client.openGet("api/workflows/runs?workflow_id=text&input%5Bprompt%5D=Hello");
            String task = continuable.headers().firstValue("X-Task-Id").orElseThrow();
            streams.add(read(readers, client.openGet("api/tasks/" + task + "/events")));
            streams.add(read(readers, continuable));

            long began = System.nanoTime();
            deployer.undeploy("weir");
            Duration took = Duration.ofNanos(System.nanoTime() - began);

            if (Boolean.getBoolean("dump")) { Thread.sleep(9000); threads(); Thread.sleep(4000); new ProcessBuilder("jcmd", "" + ServerContainer.running().jvm().pid(), "GC.heap_dump", "-overwrite", "/tmp/heap/" + ApplicationServer.name() + ".hprof").inheritIO().start().waitFor(); }
            System.out.printf("undeployed from %s in %d ms%n", ApplicationServer.name(), took.toMillis());
            for (Future<String> stream : streams) {
                List<ReferenceEventParser.Event> events = ReferenceEventParser.parse(stream.get());
                ReferenceEventParser.Event last = events.get(events.size() - 1);
                assertThat(last.type()).isEqualTo("error");
                assertThat(last.data()).contains("\"status\":503", "shutting down");
            }
            assertThat(took).isLessThan(Duration.ofSeconds(10));
            client.await(() -> upstream.open() == 0, "no request is open at the upstream");
            assertThat(threads()).isEmpty();
        } finally {
            readers.shutdownNow();
        }
    }

    private static Future<String> read(ExecutorService readers, HttpResponse<InputStream> stream) {
        return readers.submit(() -> new String(stream.body().readAllBytes(), StandardCharsets.UTF_8));
    }

    /** The names of threads that are ours, or those of a client of ours, which ends when its memory is collected. */
    private static List<String> threads() throws IOException, InterruptedException {
        ServerJvm jvm = ServerContainer.running().jvm();
        jvm.memory();
        return jvm.threads().stream()
                .filter(thread -> thread.startsWith("\"weir-") || thread.startsWith("\"HttpClient-"))
                .map(thread -> thread.lines().findFirst().orElse(""))
                .toList();
    }

    @Test
    void deployedAgainTheModelLoadsAgainAndMemoryReturns() throws Exception {
        ServerJvm jvm = ServerContainer.running().jvm();
        List<ServerJvm.Memory> memory = new ArrayList<>();
        String first = "";
        for (int i = 1; i <= REDEPLOYS; i++) {
            WeirClient client = deploy();
            String story = client.run(run("story")).body();
            assertThat(ReferenceEventParser.parse(story)).as(story).hasSizeGreaterThan(20);
            first = first.isEmpty() ? story : first;
            assertThat(story).as("deployment %s", i).isEqualTo(first);
            memory.add(jvm.memory());
            System.out.printf("deployment %d on %s: %s%n", i, ApplicationServer.name(), memory.get(i - 1));
            deployer.undeploy("weir");
            assertThat(threads()).as("deployment %s", i).isEmpty();
            assertThat(jvm.loadersOf("dev.weir.api.Startup"))
                    .as("class loaders after deployment %s", i)
                    .isLessThanOrEqualTo(LOADERS);
        }
        ServerJvm.Memory second = memory.get(1);
        ServerJvm.Memory last = memory.get(REDEPLOYS - 1);
        assertThat(last.metaspaceBytes()).isLessThan(second.metaspaceBytes() / 10 * 11);
        if (SOAK) {
            assertThat(last.rssBytes()).isLessThan(second.rssBytes() / 10 * 11);
        }
    }
}
