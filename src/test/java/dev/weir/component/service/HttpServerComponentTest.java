package dev.weir.component.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.weir.ErrorCode;
import dev.weir.FreePort;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.component.Given;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.Readiness;
import dev.weir.component.http.CallFixture;
import dev.weir.component.http.HttpCalls;
import dev.weir.component.http.HttpLimits;
import dev.weir.config.ActionConfig;
import dev.weir.config.ComposeConfig;
import dev.weir.config.HttpServerConfig;
import dev.weir.config.reader.Configurations;
import dev.weir.process.Command;
import dev.weir.process.HealthProbe;
import dev.weir.process.ManagedProcess;
import dev.weir.process.Service;
import dev.weir.process.Supervisor;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import dev.weir.stream.Timers;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The process is a shell that only waits; the test itself listens on its port. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class HttpServerComponentTest {
    private static final HealthProbe WELL = Optional::empty;

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final Supervisor supervisor = new Supervisor(threads, timers);
    private final Cancellation cancellation = new Cancellation();
    private final CallFixture fixture = new CallFixture();
    private int port;

    @BeforeEach
    void begin() throws IOException {
        port = FreePort.find();
    }

    @AfterEach
    void end() {
        supervisor.close();
        fixture.close();
        threads.shutdownNow();
        timers.shutdownNow();
    }

    private HttpServerComponent component(String startTimeout, HealthProbe probe, String... words) {
        return component(startTimeout, probe, fixture.timers(), words);
    }

    private HttpServerComponent component(String startTimeout, HealthProbe probe, Timers own, String... words) {
        ComposeConfig compose = Configurations.of("""
                workflow: {title: t}
                component:
                  type: http-server
                  start: [x]
                  port: %d
                  base_path: /v1
                  start_timeout: %s
                  path: /things
                  stream_format: text
                """.formatted(port, startTimeout));
        HttpServerConfig config = (HttpServerConfig) compose.components().get(0);
        Service.Health health =
                new Service.Health(true, Duration.ofMillis(20), 1, Duration.ZERO, Duration.ofMinutes(1));
        Command command = new Command(List.of(words), folder, Map.of("PATH", System.getenv("PATH")));
        Service service = new Service(config.id(), port, List.of(), List.of(command), List.of(), health);
        ManagedProcess process = supervisor.start(service, probe, text -> text);
        HttpCalls calls = fixture.calls(config.transport(), new HttpLimits(4, 1 << 20, 1000, 1000));
        return new HttpServerComponent(config, process, calls, calls, fixture.tasks(), own);
    }

    private Output invoke(HttpServerComponent component) throws InterruptedException {
        return Given.by(component.call(
                new Invocation(ActionConfig.ONLY_ACTION, Bindings.empty().with(Source.INPUT, Map.of()), cancellation)));
    }

    private static void awaitReadiness(HttpServerComponent component, Class<? extends Readiness> readiness) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!readiness.isInstance(component.readiness())) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** Answers at the component's port with one event, and breaks the stream after {@code broken}. */
    private HttpServer service(CountDownLatch broken) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("localhost"), port), 0);
        server.setExecutor(threads);
        server.createContext("/v1/things", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write("data: one\n\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            try {
                broken.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IOException("broken off");
        });
        server.start();
        return server;
    }

    private static ChunkSource stream(Output output) {
        return ((Output.Streamed) output).chunks();
    }

    @Test
    void aStreamWhoseProcessDiesTellsOfItsDeathAndItsLastLines() throws Exception {
        HttpServerComponent component = component("5m", WELL, "/bin/sh", "-c", "echo my last words; sleep 600");
        awaitReadiness(component, Readiness.Ready.class);
        CountDownLatch broken = new CountDownLatch(1);
        HttpServer server = service(broken);
        try (ChunkSource chunks = stream(invoke(component))) {
            assertThat(BlockingReader.take(chunks)).isEqualTo(new Received.Chunk("one"));
            ProcessHandle process = ProcessHandle.current()
                    .children()
                    .filter(child -> child.info().arguments().map(List::of).orElse(List.of()).stream()
                            .anyMatch(word -> word.contains("my last words")))
                    .findFirst()
                    .orElseThrow();
            broken.countDown();
            process.destroyForcibly();
            Received.Failed end = (Received.Failed) BlockingReader.take(chunks);
            assertThat(end.cause().code()).isEqualTo(ErrorCode.UPSTREAM_PROCESS_ENDED);
            assertThat(end.cause().detail())
                    .isEqualTo("the component's process " + process.pid() + ", which is started again, ended with"
                            + " status 137 (signal 9); its last lines:\nmy last words");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aStreamThatBreaksWhileItsProcessLivesTellsOfTheConnection() throws Exception {
        HttpServerComponent component = component("5m", WELL, "sleep", "600");
        awaitReadiness(component, Readiness.Ready.class);
        CountDownLatch broken = new CountDownLatch(1);
        HttpServer server = service(broken);
        try (ChunkSource chunks = stream(invoke(component))) {
            assertThat(BlockingReader.take(chunks)).isEqualTo(new Received.Chunk("one"));
            broken.countDown();
            Received.Failed end = (Received.Failed) BlockingReader.take(chunks);
            assertThat(end.cause().code()).isIn(ErrorCode.UPSTREAM_TRUNCATED, ErrorCode.UPSTREAM_BROKE_OFF);
        } finally {
            server.stop(0);
        }
    }

    /** A failure that waits for the end of the process holds no thread, and is reported when the waiting time has passed. */
    @Test
    void aPollNeverWaitsForTheEndOfTheProcess() throws Exception {
        BlockingQueue<Runnable> news = new LinkedBlockingQueue<>();
        ScheduledThreadPoolExecutor kept = new ScheduledThreadPoolExecutor(1) {
            @Override
            public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
                if (unit.toMillis(delay) == 1000) {
                    news.add(task);
                }
                return super.schedule(task, 1, TimeUnit.DAYS);
            }
        };
        HttpServerComponent component = component("5m", WELL, new Timers(kept), "sleep", "600");
        awaitReadiness(component, Readiness.Ready.class);
        CountDownLatch broken = new CountDownLatch(1);
        HttpServer server = service(broken);
        try (ChunkSource chunks = stream(invoke(component))) {
            assertThat(BlockingReader.take(chunks)).isEqualTo(new Received.Chunk("one"));
            broken.countDown();
            CallFixture.await(() -> {
                assertThat(chunks.poll(() -> {})).isNull();
                return !news.isEmpty();
            });
            CountDownLatch readable = new CountDownLatch(1);
            assertThat(chunks.poll(readable::countDown)).isNull();
            assertThat(readable.getCount()).isOne();
            news.take().run();
            assertThat(readable.await(20, TimeUnit.SECONDS)).isTrue();
            Received.Failed end = (Received.Failed) chunks.poll();
            assertThat(end.cause().code()).isIn(ErrorCode.UPSTREAM_TRUNCATED, ErrorCode.UPSTREAM_BROKE_OFF);
            assertThat(BlockingReader.take(chunks)).isEqualTo(end);
        } finally {
            server.stop(0);
            kept.shutdownNow();
        }
    }

    @Test
    void aCallWaitsForReadinessAsLongAsItMay() {
        HttpServerComponent component = component("50ms", () -> Optional.of("not yet"), "sleep", "600");
        assertThat(component.readiness()).isEqualTo(new Readiness.Loading());
        assertThatThrownBy(() -> invoke(component))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY))
                .hasMessage("the component's process is still not ready after 50 ms (start_timeout)");
    }

    @Test
    void aCallOfWhatCannotStartIsToldWhyAtOnce() {
        HttpServerComponent component = component("5m", WELL, "no-such-program");
        awaitReadiness(component, Readiness.Failed.class);
        assertThatThrownBy(() -> invoke(component))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY))
                .hasMessageContaining("'no-such-program'");
    }

    @Test
    void cancellingEndsTheWait() throws Exception {
        HttpServerComponent component = component("5m", () -> Optional.of("not yet"), "sleep", "600");
        Future<Output> call = threads.submit(() -> invoke(component));
        cancellation.cancel("client disconnected");
        assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    }
}
