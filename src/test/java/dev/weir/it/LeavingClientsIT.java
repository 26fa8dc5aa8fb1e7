package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ServerContainer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
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

/** A disconnect is not a fault of the server: the log has no entry above INFO about it. */
@Tag(Matrix.TAG)
@ExtendWith({ArquillianExtension.class, Matrix.class})
@RunAsClient
@Timeout(120)
class LeavingClientsIT {
    private static final int CLIENTS = 200;
    private static final int AT_ONCE = 16;
    private static final List<String> KINDS = List.of("stream", "value", "file");
    private static final String EVENT = "data: " + "more ".repeat(200) + "\n\n";
    private static FakeUpstream upstream;

    @ArquillianResource
    private URL base;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(LeavingClientsIT::answer);
        Matrix.configure(upstream, "leaving.yml", text -> text);
        return Wars.built();
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    /** More than all buffers hold, so that the server still writes at the disconnect. */
    private static void answer(HttpExchange exchange) throws IOException, InterruptedException {
        switch (exchange.getRequestURI().getPath()) {
            case "/stream" -> {
                OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
                for (int i = 0; i < 2_000; i++) {
                    out.write(EVENT.getBytes(StandardCharsets.UTF_8));
                }
                out.close();
            }
            case "/file" -> {
                exchange.getResponseHeaders().set("Content-Type", "image/png");
                exchange.sendResponseHeaders(200, 2 << 20);
                exchange.getResponseBody().write(new byte[2 << 20]);
            }
            default ->
                FakeUpstream.whole(200, "application/json", "{\"answer\":\"" + "x".repeat(2 << 20) + "\"}")
                        .write(exchange);
        }
    }

    @Test
    void noneOfThemIsWorthALine() throws Exception {
        WeirClient client = new WeirClient(base);
        client.awaitReady();
        long before = ServerContainer.running().printed();
        ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
        AtomicInteger answered = new AtomicInteger();
        try {
            List<Future<?>> leaving = IntStream.range(0, CLIENTS)
                    .<Future<?>>mapToObj(i -> clients.submit(() -> {
                        leave(i, answered);
                        return null;
                    }))
                    .toList();
            for (Future<?> each : leaving) {
                each.get();
            }
        } finally {
            clients.shutdownNow();
        }
        assertThat(answered).hasValueGreaterThan(CLIENTS / 3);
        client.await(() -> upstream.open() == 0, "no request is open at the upstream");
        client.await(() -> ServerContainer.running().jvm().threadsAtWork().isEmpty(), "no thread is at work");
        assertThat(client.get("api/health").statusCode()).isEqualTo(200);
        assertThat(ServerContainer.running().complaints(before)).isEmpty();
    }

    /** Disconnects in the request, before the answer, within it, or after its end, by FIN or by reset. */
    private void leave(int number, AtomicInteger answered) throws IOException {
        Random random = new Random(number);
        URI server = URI.create(base.toString());
        String kind = KINDS.get(number % KINDS.size());
        String request =
                RawHttp.run(server, "{\"workflow_id\":\"" + kind + "\",\"output_only\":true}", "Connection: close\r\n");
        int point = number / KINDS.size() % 4;
        RawHttp http = RawHttp.send(
                server, point == 0 ? request.substring(0, random.nextInt(request.length())) : request, 4096);
        if (point >= 2) {
            assertThat(http.status()).contains(" 200 ");
            answered.incrementAndGet();
            http.skip(point == 2 ? random.nextInt(5_000) : 8 << 20);
        }
        http.leave(random);
    }
}
