package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.component.Given;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.http.CallFixture.Outcome;
import dev.weir.component.http.SecureUpstream.Script;
import dev.weir.component.http.SecureUpstream.Version;
import dev.weir.config.ActionConfig;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.Cancellation;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A run does not depend on the upstreams of other runs. After any fault of readers, connections and limits, the next run of
 * the same component is complete. After the last run nothing is open.
 */
@Tag("slow")
@Timeout(120)
class UpstreamIsolationTest {
    private static final String A = FakeUpstream.openAi("a");
    private static final String REST = FakeUpstream.openAi("b") + "data: [DONE]\n\n";
    private static final Script WHOLE = UpstreamExchange.pieces(A, REST);
    private static final double MIB = 1 << 20;

    @TempDir
    private static Path folder;

    private static TestCertificate certificate;

    private final CallFixture calls = new CallFixture();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private SecureUpstream upstream;
    private HttpClientComponent component;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = TestCertificate.make(folder, "upstream");
    }

    @AfterEach
    void nothingIsLeftOpen() throws Exception {
        calls.cancellation.cancel("the test is over");
        threads.shutdownNow();
        try (SecureUpstream closing = upstream) {
            closing.assertNoStreamOpen();
            calls.close();
            closing.assertNothingOpen();
        }
    }

    @ParameterizedTest
    @EnumSource
    void stalledReadersHoldNoOtherRunBack(Version version) throws Exception {
        start(version, UpstreamExchange.flood(200));
        List<Output.Streamed> stalled = begun(20);
        assertNextRunsAreWhole();
        stalled.forEach(stream -> stream.chunks().close());
        assertNextRunsAreWhole();
        CallFixture.await(() -> upstream.aborted() == 20);
    }

    @ParameterizedTest
    @EnumSource
    void readersThatLeaveAFastAnswerHoldNoOtherRunBack(Version version) throws Exception {
        start(version, UpstreamExchange.flood(200));
        for (int i = 0; i < 100; i++) {
            upstream.answers(UpstreamExchange.flood(200));
            Output.Streamed stream = (Output.Streamed) calls.invoke(component);
            for (int taken = 0; taken < i * 10; taken++) {
                CallFixture.first(stream);
            }
            stream.chunks().close();
            if (i % 10 == 9) {
                assertNextRunsAreWhole();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void readersThatLeaveAFinishedAnswerHoldNoOtherRunBack(Version version) throws Exception {
        start(version, UpstreamExchange.pieces(A.repeat(2000) + REST));
        for (int i = 0; i < 300; i++) {
            ((Output.Streamed) calls.invoke(component)).chunks().close();
        }
        assertNextRunsAreWhole();
    }

    @ParameterizedTest
    @EnumSource
    void bytesBehindTheEndOfAStreamHoldNoOtherRunBack(Version version) throws Exception {
        Script flood = UpstreamExchange.flood(200);
        start(version, exchange -> {
            exchange.events().send(A + "data: [DONE]\n\n");
            flood.answer(exchange);
        });
        for (int i = 0; i < 40; i++) {
            assertThat(calls.outcome(component).text()).isEqualTo("a");
        }
        assertNextRunsAreWhole();
    }

    @ParameterizedTest
    @EnumSource
    void timeOutsHoldNoOtherRunBack(Version version) throws Exception {
        start(version, UpstreamExchange.silentAfter(A), "timeout: 1s");
        List<Future<Outcome>> outcomes = together(20, () -> calls.outcome(component));
        for (Future<Outcome> outcome : outcomes) {
            assertThat(outcome.get().failure()).isNotNull();
            // On a busy machine even the head may take longer than the time-out.
            assertThat(outcome.get().failure().code()).isIn(ErrorCode.UPSTREAM_STALLED, ErrorCode.UPSTREAM_TIMED_OUT);
        }
        assertNextRunsAreWhole();
    }

    @ParameterizedTest
    @EnumSource
    void runsThatAreCancelledBeforeTheHeadHoldNoOtherRunBack(Version version) throws Exception {
        start(version, UpstreamExchange::fallSilent);
        for (int i = 0; i < 20; i++) {
            Cancellation cancellation = new Cancellation();
            Future<Boolean> cancelled = threads.submit(() -> isCancelled(cancellation));
            upstream.awaitRequest();
            cancellation.cancel("client disconnected");
            assertThat(cancelled.get()).isTrue();
        }
        assertNextRunsAreWhole();
        upstream.assertNoStreamOpen();
    }

    @ParameterizedTest
    @EnumSource
    void streamsThatAreResetHoldNoOtherRunBack(Version version) throws Exception {
        start(version, exchange -> exchange.events().send(A).reset(2));
        List<Output.Streamed> whole = new ArrayList<>();
        CountDownLatch wanted = new CountDownLatch(1);
        upstream.answers(heldBack(wanted));
        for (int i = 0; i < 5; i++) {
            whole.addAll(begun(1));
        }
        upstream.answers(exchange -> exchange.events().send(A).reset(2));
        for (int i = 0; i < 20; i++) {
            Outcome outcome = calls.outcome(component);
            assertThat(outcome.failure()).isNotNull();
            assertThat(outcome.failure().code()).isIn(ErrorCode.UPSTREAM_BROKE_OFF, ErrorCode.UPSTREAM_TRUNCATED);
        }
        wanted.countDown();
        assertRestIsWhole(whole);
        assertNextRunsAreWhole();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void streamsOfAConnectionThatDrainsAreFinished(boolean namesLastStream) throws Exception {
        CountDownLatch wanted = new CountDownLatch(1);
        start(Version.HTTP_2, heldBack(wanted));
        List<Output.Streamed> streams = begun(20);
        upstream.goAway(namesLastStream);
        upstream.answers(WHOLE);
        assertThat(calls.outcome(component).text())
                .as("a run beside those that drain")
                .isEqualTo("ab");
        wanted.countDown();
        assertRestIsWhole(streams);
        assertNextRunsAreWhole();
        assertThat(upstream.connectionsOpened()).isGreaterThan(1);
        upstream.assertNoStreamOpen();
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, 5, 40", "HTTP_2, 5, 40", "HTTP_2, 1, 10", "HTTP_1_1, 100, 150", "HTTP_2, 100, 150"})
    void runsOverTheLimitOfStreamsWaitOrTakeAnotherConnection(Version version, int limit, int runs) throws Exception {
        CountDownLatch full = new CountDownLatch(limit);
        start(version, limit, exchange -> {
            full.countDown();
            exchange.events().send(A);
            full.await();
            exchange.send(REST);
        });
        for (Future<Outcome> outcome : together(runs, () -> calls.outcome(component))) {
            assertThat(outcome.get().text()).isEqualTo("ab");
        }
        upstream.assertNoStreamOpen();
        assertThat(upstream.requests()).isEqualTo(runs);
        assertNextRunsAreWhole();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void aLimitOfStreamsThatShrinksWhileTheyRunFailsNoRun(int limit) throws Exception {
        CountDownLatch wanted = new CountDownLatch(1);
        start(Version.HTTP_2, heldBack(wanted));
        List<Output.Streamed> streams = begun(10);
        upstream.limitStreams(limit);
        upstream.answers(WHOLE);
        List<Future<Outcome>> more = together(20, () -> calls.outcome(component));
        wanted.countDown();
        assertRestIsWhole(streams);
        for (Future<Outcome> outcome : more) {
            assertThat(outcome.get().text()).isEqualTo("ab");
        }
        assertNextRunsAreWhole();
    }

    @ParameterizedTest
    @EnumSource
    void aStalledStreamHoldsLittleMemory(Version version) throws Exception {
        AtomicLong sent = new AtomicLong();
        byte[] piece = A.repeat(100).getBytes(StandardCharsets.UTF_8);
        start(version, exchange -> {
            exchange.events();
            while (true) {
                exchange.send(piece);
                sent.addAndGet(piece.length);
            }
        });
        assertStalledStreamsHoldLittle(() -> awaitStandstill(sent));
    }

    @ParameterizedTest
    @EnumSource
    void aStalledStreamBehindGzipHoldsLittleMemoryAndLosesNothing(Version version) throws Exception {
        int events = 100_000; // 12 MB, which are less than a window when compressed.
        start(version, UpstreamExchange.gzipFlood(events));
        Output.Streamed read = assertStalledStreamsHoldLittle(() -> CallFixture.await(() -> upstream.streams() == 0));
        AtomicLong chunks = new AtomicLong();
        BlockingReader.readAll(read.chunks(), chunk -> {
            chunks.incrementAndGet();
            return chunk.equals("x");
        });
        assertThat(chunks.get()).as("chunks behind the first").isEqualTo(events - 1L);
    }

    /**
     * Stalls streams until {@code standstill}, checks their memory against the limit, and closes all except the returned
     * stream.
     */
    private Output.Streamed assertStalledStreamsHoldLittle(Await standstill) throws Exception {
        int count = 24;
        begun(4).forEach(stream -> stream.chunks().close()); // Loads classes and pools first.
        double before = liveMebibytes();
        List<Output.Streamed> stalled = begun(count);
        standstill.await();
        double each = (liveMebibytes() - before) / count;
        System.out.printf("a stalled stream: %.2f MiB%n", each);
        assertThat(each)
                .as("MiB for each stalled stream, the upstream's part included")
                .isLessThan(1.5);
        stalled.subList(1, count).forEach(stream -> stream.chunks().close());
        return stalled.get(0);
    }

    @FunctionalInterface
    private interface Await {
        void await() throws InterruptedException;
    }

    /** Waits until the upstream sends nothing more. */
    private static void awaitStandstill(AtomicLong sent) throws InterruptedException {
        AtomicLong seen = new AtomicLong(-1);
        AtomicLong unchanged = new AtomicLong();
        CallFixture.await(() -> {
            boolean same = seen.getAndSet(sent.get()) == sent.get();
            return unchanged.updateAndGet(polls -> same ? polls + 1 : 0) >= 100;
        });
    }

    /** The reachable heap and the buffers outside it. */
    private static double liveMebibytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return (heap + direct) / MIB;
    }

    private void start(Version version, Script script, String... more) throws Exception {
        start(version, SecureUpstream.MANY, script, more);
    }

    private void start(Version version, int maxStreams, Script script, String... more) throws Exception {
        upstream = new SecureUpstream(certificate, version, maxStreams, null, script);
        component = calls.component(CallFixture.openAi(upstream.url(), upstream.keys(more)));
    }

    /** Sends the first event, and the rest after {@code wanted}. */
    private static Script heldBack(CountDownLatch wanted) {
        return exchange -> {
            exchange.events().send(A);
            wanted.await();
            exchange.send(REST);
        };
    }

    /** Streams from which one chunk was read. */
    private List<Output.Streamed> begun(int count) throws InterruptedException {
        List<Output.Streamed> streams = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Output.Streamed stream = (Output.Streamed) calls.invoke(component);
            CallFixture.first(stream);
            streams.add(stream);
        }
        return streams;
    }

    private static void assertRestIsWhole(List<Output.Streamed> streams) throws InterruptedException {
        for (Output.Streamed stream : streams) {
            List<Object> rest = new ArrayList<>();
            BlockingReader.readAll(stream.chunks(), rest::add);
            assertThat(rest).containsExactly("b");
        }
    }

    private void assertNextRunsAreWhole() throws InterruptedException {
        upstream.answers(WHOLE);
        for (int i = 0; i < 3; i++) {
            assertThat(calls.outcome(component).text()).as("the next run").isEqualTo("ab");
        }
    }

    private <T> List<Future<T>> together(int count, Callable<T> call) {
        List<Future<T>> started = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            started.add(threads.submit(call));
        }
        return started;
    }

    private boolean isCancelled(Cancellation cancellation) throws InterruptedException {
        Bindings scope = Bindings.empty().with(Source.INPUT, Map.of());
        try {
            Given.by(component.call(new Invocation(ActionConfig.ONLY_ACTION, scope, cancellation)));
            return false;
        } catch (WeirException e) {
            return e.code() == ErrorCode.CANCELLED;
        }
    }
}
