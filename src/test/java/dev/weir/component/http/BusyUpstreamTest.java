package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.component.http.CallFixture.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Too few connections, and kept connections that an upstream closes. */
@Tag("slow")
@Timeout(60)
class BusyUpstreamTest {
    private final CallFixture calls = new CallFixture();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        calls.close();
        threads.shutdownNow();
    }

    @Test
    void aCallThatNoConnectionBecomesFreeForIsRefusedInTime() throws Exception {
        calls.connections(1, 1);
        CountDownLatch over = new CountDownLatch(1);
        try (FakeUpstream upstream = new FakeUpstream(FakeUpstream.silentAfter(FakeUpstream.openAi("a"), over))) {
            Future<Outcome> first = threads.submit(
                    () -> calls.outcome(CallFixture.openAi(upstream.url(), "connect_timeout: 1s", "timeout: 40s")));
            upstream.request();
            Outcome late = calls.outcome(CallFixture.openAi(upstream.url(), "connect_timeout: 1s", "timeout: 1s"));
            assertThat(late.failure()).isNotNull();
            assertThat(late.failure().code()).isEqualTo(ErrorCode.OVERLOADED);
            assertThat(late.failure().code().status()).isEqualTo(503);
            assertThat(late.failure().detail()).contains("1000 ms", "weir.http.max-connections");
            over.countDown();
            first.get();
        }
    }

    @Test
    void aCallBeyondThoseThatMayWaitIsRefusedAtOnce() throws Exception {
        calls.connections(1, 1);
        CountDownLatch over = new CountDownLatch(1);
        try (FakeUpstream upstream = new FakeUpstream(FakeUpstream.silentAfter(FakeUpstream.openAi("a"), over))) {
            HttpClientComponent component = calls.component(CallFixture.openAi(upstream.url(), "timeout: 20s"));
            List<Future<Outcome>> outcomes = new ArrayList<>();
            outcomes.add(threads.submit(() -> calls.outcome(component)));
            upstream.request();
            for (int i = 0; i < 4; i++) {
                outcomes.add(threads.submit(() -> calls.outcome(component)));
            }
            CallFixture.await(() -> outcomes.stream().filter(Future::isDone).count() == 3);
            for (Future<Outcome> outcome : outcomes) {
                if (outcome.isDone()) {
                    assertThat(outcome.get().failure()).isNotNull();
                    assertThat(outcome.get().failure().code()).isEqualTo(ErrorCode.OVERLOADED);
                    assertThat(outcome.get().failure().detail()).contains("weir.http.max-waiting");
                }
            }
            over.countDown();
            for (Future<Outcome> outcome : outcomes) {
                outcome.get();
            }
        }
    }

    @Test
    void aReaderWhoStallsKeepsItsConnectionAndNoOther() throws Exception {
        calls.connections(2, 8);
        try (FakeUpstream upstream = new FakeUpstream(FakeUpstream.endless(FakeUpstream.openAi("more")))) {
            HttpClientComponent component = calls.component(CallFixture.openAi(upstream.url()));
            assertThat(CallFixture.first(calls.invoke(component))).isEqualTo("more");
            upstream.answers(FakeUpstream.events(FakeUpstream.openAi("a")));
            for (int i = 0; i < 20; i++) {
                assertThat(calls.outcome(component).text()).isEqualTo("a");
            }
        }
    }

    /** Answers requests, and closes a connection after {@code idleMillis} without a request. */
    private void serve(ServerSocket server, int idleMillis, AtomicInteger open) {
        threads.execute(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    open.incrementAndGet();
                    threads.execute(() -> {
                        talk(socket, idleMillis);
                        open.decrementAndGet();
                    });
                } catch (IOException e) {
                    return; // The test has ended.
                }
            }
        });
    }

    private static void talk(Socket socket, int idleMillis) {
        try (socket) {
            socket.setSoTimeout(idleMillis);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int length = 0;
                for (; !line.isEmpty(); line = in.readLine()) {
                    if (line.startsWith("Content-Length: ")) {
                        length = Integer.parseInt(line.substring(16));
                    }
                }
                in.skip(length);
                socket.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n42"
                                .getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            // The connection was idle for too long, or the client has disconnected.
        }
    }

    /** Calls arrive before, during and after the close of a connection by the upstream. */
    @ParameterizedTest
    @ValueSource(strings = {"method: GET", "max_retries: 1"})
    void connectionsThatAnUpstreamGivesUpAreReplaced(String key) throws Exception {
        int idleMillis = 60;
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            serve(server, idleMillis, new AtomicInteger());
            String yaml = "component:\n  type: http-client\n  endpoint: http://127.0.0.1:" + server.getLocalPort()
                    + "/\n  retry_delay: 1ms\n  output: ${response}\n  " + key + "\n";
            HttpClientComponent component = calls.component(yaml);
            for (int i = 0; i < 40; i++) {
                assertThat(calls.outcome(component).text()).as("call %d", i).isEqualTo("42");
                TimeUnit.MICROSECONDS.sleep(idleMillis * 1000L - 1500 + 75L * i);
            }
        }
    }

    @Test
    void whatABurstLeavesOpenIsGivenUpSoonerThanCommonServersDo() throws Exception {
        calls.idle(Duration.ofMillis(500));
        AtomicInteger open = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            serve(server, 60_000, open);
            HttpClientComponent component =
                    calls.component("component:\n  type: http-client\n  endpoint: http://127.0.0.1:"
                            + server.getLocalPort() + "/\n  output: ${response}\n");
            List<Future<Outcome>> burst = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                burst.add(threads.submit(() -> calls.outcome(component)));
            }
            for (Future<Outcome> outcome : burst) {
                assertThat(outcome.get().text()).isEqualTo("42");
            }
            CallFixture.await(() -> open.get() == 0);
        }
    }
}
