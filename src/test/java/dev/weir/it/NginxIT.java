package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ServerContainer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

/** A stream passes through nginx with the snippet of {@code deployments} unchanged. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(180)
@EnabledIf(value = "dev.weir.it.Nginx#isInstalled", disabledReason = Nginx.MISSING)
class NginxIT {
    private static final String RUN = "{\"input\":{\"prompt\":\"Hello\"},\"output_only\":true}";
    private static final Path FOLDER = Path.of("target", "it", "nginx").toAbsolutePath();
    private static final int CHUNKS = 500;

    private static FakeUpstream upstream;
    private static Nginx nginx;
    private static WeirClient client;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(FakeUpstream.events());
        Path file = Wars.relay(FOLDER.resolve("model-compose.yml"), "load.yml", upstream);
        return Wars.configured(file, "weir.sse.heartbeat=200ms");
    }

    @BeforeAll
    static void start() throws Exception {
        URI server = ServerContainer.running().base();
        nginx = Nginx.start(FOLDER.resolve("proxy"), server.getPort());
        client = new WeirClient(nginx.url().resolve(server.getPath()).toURL());
        client.awaitStart();
    }

    @AfterAll
    static void stop() throws Exception {
        nginx.end();
        upstream.close();
    }

    /**
     * With a buffer anywhere this test would wait for ever: the upstream makes the next chunk when the last chunk has
     * arrived.
     */
    @Test
    void everyChunkArrivesBeforeTheNextOneExists() throws Exception {
        Semaphore seen = new Semaphore(1);
        upstream.answers(exchange -> {
            OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
            for (int i = 0; i < CHUNKS; i++) {
                seen.acquire();
                out.write(FakeUpstream.openAi(" " + i).getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
            out.close();
        });
        HttpResponse<InputStream> response = client.open(RUN);
        assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(response.headers().firstValue("X-Task-Id")).isPresent();
        try (BufferedReader body = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            int next = 0;
            for (String line = body.readLine(); line != null; line = body.readLine()) {
                if (line.startsWith("data:")) {
                    assertThat(line).isEqualTo("data:  " + next++);
                    seen.release();
                }
            }
            assertThat(next).isEqualTo(CHUNKS);
        }
    }

    @Test
    void theHeartbeatOfASilentStreamPassesAndItsEndToo() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        upstream.answers(exchange -> {
            FakeUpstream.silentAfter(FakeUpstream.openAi("Once"), over).write(exchange);
            exchange.getResponseBody().write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
        });
        HttpResponse<InputStream> response = client.openGet("api/workflows/runs?input=%7B%7D");
        try (BufferedReader body = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            int beats = 0;
            for (String line = body.readLine(); line != null; line = body.readLine()) {
                beats += line.equals(":") ? 1 : 0;
                if (beats == 3) {
                    over.countDown();
                }
            }
            assertThat(beats).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void aClientThatHangsUpEndsTheRunBehindIt() throws Exception {
        upstream.answers(FakeUpstream.endless(FakeUpstream.openAi("more")));
        String taskId = client.hangUp(RUN);
        assertThat(upstream.awaitAbandoned()).isTrue();
        assertThat(client.awaitTask(taskId, "cancelled").get("status")).isEqualTo("cancelled");
    }

    @Test
    void anErrorBeforeTheFirstChunkKeepsItsStatus() throws Exception {
        upstream.answers(FakeUpstream.whole(401, "application/json", "{\"error\":\"no\"}"));
        HttpResponse<String> response = client.run(RUN);
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
    }
}
