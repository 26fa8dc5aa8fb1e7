package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.http.FakeUpstream;
import java.io.IOException;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Limits hold over a minute in which 64 clients repeat a request after each answer. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(300)
class RateLimitsSoak {
    private static final Path FILE = Path.of("target", "it", "limited", "model-compose.yml");
    private static final String ALICE = "alice-0123456789abcdef";
    private static final String BOB = "bob-0123456789abcdef";
    private static final int CLIENTS = 64;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    /** Marks a connection that the server closed between two requests, as Open Liberty does after an unread body. */
    private static final int CLOSED = 0;

    private static FakeUpstream upstream;

    @ArquillianResource
    private URL base;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(FakeUpstream.whole(200, "application/json", "1"));
        Wars.relay(FILE, "limited.yml", upstream);
        Files.writeString(FILE.resolveSibling(".env"), "ALICE_KEY=" + ALICE + "\nBOB_KEY=" + BOB + "\n");
        return Wars.configured(FILE);
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @Test
    void aMinuteHasAsManyRequestsAsItMay() throws Exception {
        WeirClient client = new WeirClient(base);
        client.awaitReady();
        Map<Integer, AtomicInteger> listed = aMinuteOf(HttpRequest.newBuilder(client.at("api/workflows"))
                .header("X-API-Key", ALICE)
                .build());
        System.out.println("64 clients, 600 requests a minute: statuses of a minute " + listed);
        assertThat(listed.keySet()).containsExactlyInAnyOrder(200, 429);
        assertThat(listed.get(200).get()).isBetween(588, 612);

        Map<Integer, AtomicInteger> run = aMinuteOf(HttpRequest.newBuilder(client.at("api/workflows/runs"))
                .header("X-API-Key", BOB)
                .POST(BodyPublishers.ofString("{\"output_only\":true}"))
                .build());
        System.out.println("64 clients, 300 runs a minute: statuses of a minute " + run);
        assertThat(run.keySet()).contains(200, 429).isSubsetOf(CLOSED, 200, 429);
        assertThat(run.get(200).get()).isBetween(294, 306);
    }

    private static int status(HttpClient http, HttpRequest request) throws InterruptedException {
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return CLOSED;
        }
    }

    private static Map<Integer, AtomicInteger> aMinuteOf(HttpRequest request) throws Exception {
        Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        long end = System.nanoTime() + MINUTE.toNanos();
        List<Future<?>> asking = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            asking.add(clients.submit(() -> {
                while (System.nanoTime() < end) {
                    statuses.computeIfAbsent(status(http, request), first -> new AtomicInteger())
                            .incrementAndGet();
                }
                return null;
            }));
        }
        for (Future<?> each : asking) {
            each.get();
        }
        clients.shutdown();
        return statuses;
    }
}
