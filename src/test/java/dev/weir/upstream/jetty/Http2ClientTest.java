package dev.weir.upstream.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.upstream.Certificates;
import dev.weir.upstream.ClientOptions;
import dev.weir.upstream.FrameServer;
import dev.weir.upstream.Headers;
import dev.weir.upstream.LoopbackProxy;
import dev.weir.upstream.Protocol;
import dev.weir.upstream.UpstreamCall;
import dev.weir.upstream.UpstreamClient;
import dev.weir.upstream.UpstreamFailure;
import dev.weir.upstream.UpstreamFailure.Kind;
import dev.weir.upstream.UpstreamReceiver;
import dev.weir.upstream.UpstreamRequest;
import dev.weir.upstream.proxy.Proxies;
import dev.weir.upstream.proxy.ProxyAddress;
import dev.weir.upstream.tls.TlsMaterial;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls over HTTP/2 with an upstream that sends scripted frames. */
@Tag("slow")
@Timeout(60)
class Http2ClientTest {
    private static final int REFUSED_STREAM = 7;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int INTERNAL_ERROR = 2;
    private static final int MANY = 100;

    @TempDir
    private static Path folder;

    private static Certificates certificates;

    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final ExecutorService pool = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        threads.add(thread);
        return thread;
    });
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private int maxConnections = 64;
    private int maxWaiting = 64;
    private Duration idle = ClientOptions.DEFAULT_IDLE;
    private Protocol protocol = Protocol.HTTP_2;
    private Proxies proxies = Proxies.NONE;
    private UpstreamClient client;
    private FrameServer server;

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = new Certificates(folder).issue("server", "EC", "dns:localhost,ip:127.0.0.1");
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        client.close();
        await(() -> server.open() == 0);
        server.close();
        pool.shutdown();
        assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        timers.shutdownNow();
    }

    private void start(FrameServer.Script script) throws Exception {
        start(MANY, script);
    }

    private void start(int maxStreams, FrameServer.Script script) throws Exception {
        server = new FrameServer(certificates.server("server"), maxStreams, script);
        startClient();
    }

    private void startClient() throws Exception {
        TlsMaterial trusting =
                new TlsMaterial(Set.copyOf(certificates.chain(Certificates.AUTHORITY)), Optional.empty(), true);
        client = UpstreamClients.start(
                new ClientOptions(
                        Duration.ofSeconds(5),
                        idle,
                        protocol,
                        trusting,
                        proxies,
                        maxConnections,
                        maxWaiting,
                        1,
                        () -> {}),
                pool,
                timers);
    }

    private UpstreamRequest get() {
        return request("GET", Headers.NONE);
    }

    private UpstreamRequest post(int... lengths) {
        List<byte[]> body = new ArrayList<>();
        for (int length : lengths) {
            body.add(new byte[length]);
        }
        return request("POST", Headers.NONE, body.toArray(byte[][]::new));
    }

    private UpstreamRequest request(String method, Headers headers, byte[]... body) {
        return new UpstreamRequest(method, URI.create(server.url("/v1?a=b")), headers, List.of(body), false);
    }

    private Answer send(UpstreamRequest request) {
        return send(request, Integer.MAX_VALUE);
    }

    private Answer send(UpstreamRequest request, int pieces) {
        Answer answer = new Answer(pieces);
        answer.begin(client.send(request, answer));
        return answer;
    }

    /** Collects an answer, and requests a limited number of pieces. */
    private static final class Answer implements UpstreamReceiver {
        private final StringBuilder text = new StringBuilder();
        private final List<String> signals = new ArrayList<>();
        private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
        private final CountDownLatch ended = new CountDownLatch(1);
        private final AtomicLong bytes = new AtomicLong();
        private final AtomicInteger ends = new AtomicInteger();
        private int left;
        private volatile UpstreamCall call;
        private volatile int status;
        private volatile UpstreamFailure failure;

        Answer(int pieces) {
            left = pieces;
        }

        void begin(UpstreamCall sent) {
            call = sent;
            if (left > 0) {
                sent.request();
            }
        }

        void more(int pieces) {
            left = pieces;
            call.request();
        }

        @Override
        public void onHead(int code, Headers fields) {
            status = code;
            signals.add("head");
        }

        @Override
        public void onPiece(ByteBuffer piece) {
            threads.add(Thread.currentThread());
            bytes.addAndGet(piece.remaining());
            if (text.length() < 1000) {
                text.append(StandardCharsets.UTF_8.decode(piece));
            }
            signals.add("piece");
            if (--left > 0) {
                call.request();
            }
        }

        @Override
        public void onEnd() {
            signals.add("end");
            ends.incrementAndGet();
            ended.countDown();
        }

        @Override
        public void onFailure(UpstreamFailure why) {
            failure = why;
            ends.incrementAndGet();
            ended.countDown();
        }

        Answer await() throws InterruptedException {
            assertThat(ended.await(20, TimeUnit.SECONDS))
                    .as("the end of the call")
                    .isTrue();
            return this;
        }

        String whole() throws InterruptedException {
            await();
            assertThat(failure).isNull();
            return text.toString();
        }

        Kind kind() throws InterruptedException {
            await();
            assertThat(failure).isNotNull();
            return failure.kind();
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the time for it").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    private static FrameServer.Script heldBack(CountDownLatch wanted) {
        return exchange -> {
            exchange.head(200, false).data("a", false);
            wanted.await();
            exchange.data("b", true);
        };
    }

    private List<Answer> begun(int count, int pieces) throws InterruptedException {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(send(post(2), pieces));
        }
        for (Answer answer : answers) {
            await(() -> answer.bytes.get() > 0);
        }
        return answers;
    }

    @Test
    void anAnswerComesAsHeadPiecesAndEnd() throws Exception {
        start(exchange -> exchange.head(103, false, "link: </a>").ok());
        Headers headers = new Headers(List.of(
                new Headers.Field("X-Own", "1"),
                new Headers.Field("Connection", "close"),
                new Headers.Field("Host", "elsewhere")));
        Answer answer = send(request("POST", headers, new byte[3], new byte[0], new byte[4]));
        assertThat(answer.whole()).isEqualTo("ok");
        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.signals).containsExactly("head", "piece", "end");
        FrameServer.Exchange request = server.requests().get(0);
        request.awaitBody();
        assertThat(request.received()).isEqualTo(7);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/v1?a=b");
        assertThat(request.authority()).isEqualTo("localhost:" + server.port());
        assertThat(request.headers().get("x-own")).isEqualTo("1");
        assertThat(request.headers().get("content-length")).isEqualTo("7");
        assertThat(request.headers().getFieldNamesCollection()).doesNotContain("connection", "host");
    }

    @Test
    void anAnswerWithoutABodyIsWhole() throws Exception {
        start(exchange -> exchange.head(204, true));
        Answer answer = send(get(), 0);
        assertThat(answer.whole()).isEmpty();
        assertThat(answer.signals).containsExactly("head", "end");
    }

    @Test
    void everyPieceOfAReaderThatKeepsUpIsReadOnTheSelectorsThread() throws Exception {
        start(exchange -> {
            exchange.head(200, false);
            for (int i = 0; i < 200; i++) {
                exchange.data("abcd", i == 199);
            }
        });
        Set<Thread> readers = ConcurrentHashMap.newKeySet();
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(send(get()));
        }
        for (Answer answer : answers) {
            answer.whole();
            assertThat(answer.bytes).hasValue(800);
            readers.addAll(answer.threads);
        }
        readers.remove(Thread.currentThread());
        assertThat(readers).hasSize(1);
        assertThat(server.accepted()).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100, 16_000})
    void aStalledReaderHoldsOneWindowAndNobodyElse(int frame) throws Exception {
        String text = "x".repeat(frame);
        int frames = 1 + 200_000 / frame;
        start(exchange -> {
            exchange.head(200, false);
            for (int i = 0; i < frames; i++) {
                exchange.data(text, i == frames - 1);
            }
        });
        Answer stalled = send(get(), 1);
        await(() -> stalled.bytes.get() > 0);
        await(() -> server.requests().get(0).sent() >= StreamWindows.STREAM_BYTES - frame);
        server.answers(FrameServer.Exchange::ok);
        for (int i = 0; i < 20; i++) {
            assertThat(send(get()).whole()).isEqualTo("ok");
        }
        assertThat(server.requests().get(0).sent())
                .isLessThanOrEqualTo(StreamWindows.STREAM_BYTES + StreamWindows.STREAM_BYTES / 2);
        stalled.more(Integer.MAX_VALUE);
        stalled.whole();
        assertThat(stalled.bytes).hasValue((long) frames * frame);
        assertThat(server.accepted()).isOne();
    }

    @Test
    void readersThatLeaveStalledAnswersGiveTheConnectionsWindowBack() throws Exception {
        start(exchange -> {
            exchange.head(200, false);
            while (true) {
                exchange.data("x".repeat(16_000), false);
            }
        });
        int count = StreamWindows.CONNECTION_BYTES / StreamWindows.STREAM_BYTES + 50;
        for (int i = 0; i < count; i++) {
            int number = i;
            Answer answer = send(get(), 1);
            await(() -> answer.bytes.get() > 0
                    && server.requests().get(number).sent() >= StreamWindows.STREAM_BYTES - 16_000);
            answer.call.cancel();
            assertThat(answer.kind()).isEqualTo(Kind.CANCELLED);
        }
        server.answers(FrameServer.Exchange::ok);
        assertThat(send(get()).whole()).isEqualTo("ok");
        await(() -> server.resets() == count);
        assertThat(server.accepted()).isOne();
    }

    @Test
    void aCallThatIsCancelledOrResetTouchesNoOther() throws Exception {
        CountDownLatch wanted = new CountDownLatch(1);
        start(heldBack(wanted));
        List<Answer> answers = begun(10, Integer.MAX_VALUE);
        answers.get(3).call.cancel();
        assertThat(answers.get(3).kind()).isEqualTo(Kind.CANCELLED);
        answers.get(3).call.cancel();
        server.answers(exchange -> exchange.head(200, false).data("a", false).reset(INTERNAL_ERROR));
        Answer reset = send(post(2));
        assertThat(reset.kind()).isEqualTo(Kind.BROKE_OFF);
        assertThat(reset.failure).hasMessageContaining("internal_error");
        assertThat(reset.text).hasToString("a");
        server.answers(exchange -> exchange.reset(INTERNAL_ERROR));
        assertThat(send(post(2)).kind()).isEqualTo(Kind.NO_ANSWER);
        wanted.countDown();
        for (Answer answer : answers) {
            answer.await();
            assertThat(answer.ends).hasValue(1);
            assertThat(answer.failure == null).isEqualTo(answer != answers.get(3));
        }
        assertThat(server.resets()).isOne();
        assertThat(server.accepted()).isOne();
    }

    @Test
    void aRefusedStreamIsSentAgain() throws Exception {
        AtomicInteger refusals = new AtomicInteger(2);
        start(exchange -> {
            if (refusals.getAndDecrement() > 0) {
                exchange.reset(REFUSED_STREAM);
            } else {
                exchange.ok();
            }
        });
        assertThat(send(post(2)).whole()).isEqualTo("ok");
        assertThat(server.requests()).hasSize(3);
    }

    /** A server without memory for a connection does this: it resets each further stream. */
    @Test
    void aConnectionThatTheUpstreamHasEnoughOfIsTakenByNoFurtherCall() throws Exception {
        AtomicInteger answered = new AtomicInteger();
        start(exchange -> {
            if (answered.getAndIncrement() == 1) {
                exchange.reset(ENHANCE_YOUR_CALM);
            } else {
                exchange.ok();
            }
        });
        assertThat(send(post(2)).whole()).isEqualTo("ok");
        assertThat(send(post(2)).kind()).isEqualTo(Kind.NO_ANSWER);
        assertThat(send(post(2)).whole()).isEqualTo("ok");
        assertThat(server.accepted()).isEqualTo(2);
    }

    @Test
    void aStreamThatIsAlwaysRefusedFails() throws Exception {
        start(exchange -> exchange.reset(REFUSED_STREAM));
        assertThat(send(post(2)).kind()).isEqualTo(Kind.NO_ANSWER);
        assertThat(server.requests()).hasSize(6);
    }

    @Test
    void streamsAboveTheLastOfADrainedConnectionAreSentAgain() throws Exception {
        CountDownLatch wanted = new CountDownLatch(1);
        start(exchange -> {
            if (exchange.id() > 5) {
                wanted.await(); // The upstream ignores this stream.
                exchange.reset(REFUSED_STREAM);
            } else {
                heldBack(wanted).answer(exchange);
            }
        });
        List<Answer> first = begun(3, Integer.MAX_VALUE);
        List<Answer> others = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            others.add(send(post(100_000)));
        }
        await(() -> server.requests().size() == 13);
        server.answers(FrameServer.Exchange::ok);
        server.goAway(5);
        for (Answer other : others) {
            assertThat(other.whole()).isEqualTo("ok");
        }
        wanted.countDown();
        for (Answer answer : first) {
            assertThat(answer.whole()).isEqualTo("ab");
        }
        assertThat(server.requests()).hasSize(23);
        assertThat(server.accepted()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {39, Integer.MAX_VALUE})
    void streamsOfADrainedConnectionAreFinishedHoweverSlowTheirReadersAre(int last) throws Exception {
        CountDownLatch wanted = new CountDownLatch(1);
        String rest = "x".repeat(10_000);
        start(exchange -> {
            exchange.head(200, false).data("a", false);
            wanted.await();
            for (int i = 0; i < 6; i++) {
                exchange.data(rest, i == 5);
            }
        });
        List<Answer> slow = begun(20, 1);
        server.goAway(last);
        server.answers(FrameServer.Exchange::ok);
        List<Answer> next = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            next.add(send(post(2)));
        }
        for (Answer answer : next) {
            assertThat(answer.whole()).isEqualTo("ok");
        }
        wanted.countDown();
        // The upstream has sent everything, and has closed the connection if it named the last stream.
        await(() -> server.requests().stream().limit(20).allMatch(exchange -> exchange.sent() == 60_001));
        await(() -> last == Integer.MAX_VALUE || server.open() == 1);
        for (Answer answer : slow) {
            assertThat(answer.ends).hasValue(0);
            answer.more(Integer.MAX_VALUE);
            answer.whole();
            assertThat(answer.bytes).hasValue(60_001);
        }
        assertThat(server.accepted()).isEqualTo(2);
    }

    @Test
    void aStreamOutlivesTheIdleTimeOfItsConnectionAlsoOfADrainedOne() throws Exception {
        idle = Duration.ofMillis(300);
        CountDownLatch wanted = new CountDownLatch(1);
        start(heldBack(wanted));
        Answer stays = begun(1, Integer.MAX_VALUE).get(0);
        Answer drains = begun(1, Integer.MAX_VALUE).get(0);
        server.goAway(Integer.MAX_VALUE);
        assertThat(new CountDownLatch(1).await(1200, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(stays.ends.get() + drains.ends.get()).isZero();
        wanted.countDown();
        assertThat(stays.whole()).isEqualTo("ab");
        assertThat(drains.whole()).isEqualTo("ab");
        // Then the connection closes.
        await(() -> server.open() == 0);
    }

    @Test
    void anAnswerThatCameBeforeItsConnectionEndedIsReadWhole() throws Exception {
        start(exchange -> {
            exchange.head(200, false).data("x".repeat(30_000), false).data("y".repeat(30_000), true);
            exchange.closeConnection();
        });
        Answer slow = send(get(), 1);
        await(() -> slow.bytes.get() > 0 && server.open() == 0);
        slow.more(Integer.MAX_VALUE);
        slow.whole();
        assertThat(slow.bytes).hasValue(60_000);
    }

    @Test
    void aConnectionThatEndsInTheMidstBreaksItsAnswersOffAfterWhatCame() throws Exception {
        start(exchange -> {
            exchange.head(200, false).data("abc", false);
            exchange.closeConnection();
        });
        Answer answer = send(get());
        assertThat(answer.kind()).isEqualTo(Kind.BROKE_OFF);
        assertThat(answer.text).hasToString("abc");
        server.answers(FrameServer.Exchange::ok);
        assertThat(send(post(2)).whole()).isEqualTo("ok");
    }

    @Test
    void aKeptConnectionThatEndsIsReplacedForAGetAndToldForAPost() throws Exception {
        AtomicInteger number = new AtomicInteger();
        start(exchange -> {
            if (number.incrementAndGet() % 2 == 0) {
                exchange.closeConnection();
            } else {
                exchange.ok();
            }
        });
        assertThat(send(post(2)).whole()).isEqualTo("ok");
        assertThat(send(get()).whole()).isEqualTo("ok");
        Answer post = send(post(2));
        assertThat(post.kind()).isEqualTo(Kind.NO_ANSWER);
        assertThat(post.failure).hasMessageContaining("kept");
    }

    @ParameterizedTest
    @CsvSource({"abc, 5", "abcdef, 5", "'', 5"})
    void anAnswerThatContradictsItsLengthIsMalformedAndTouchesNoOther(String text, int length) throws Exception {
        CountDownLatch wanted = new CountDownLatch(1);
        start(heldBack(wanted));
        Answer other = begun(1, Integer.MAX_VALUE).get(0);
        server.answers(exchange ->
                exchange.head(200, false, "content-length: " + length).data(text, true));
        assertThat(send(get()).kind()).isEqualTo(Kind.MALFORMED);
        wanted.countDown();
        assertThat(other.whole()).isEqualTo("ab");
    }

    @Test
    void aRequestWithTooLongAHeadFailsAndTouchesNoOther() throws Exception {
        CountDownLatch wanted = new CountDownLatch(1);
        start(heldBack(wanted));
        Answer other = begun(1, Integer.MAX_VALUE).get(0);
        Headers own = new Headers(List.of(new Headers.Field("x-long", "x".repeat(200_000))));
        Answer answer = send(request("GET", own));
        assertThat(answer.kind()).isEqualTo(Kind.FAILED);
        assertThat(answer.failure).hasMessageContaining("headers of the request are too long");
        wanted.countDown();
        assertThat(other.whole()).isEqualTo("ab");
    }

    @Test
    void largeBodiesAreSentBesideOneAnother() throws Exception {
        start(exchange -> {
            exchange.awaitBody();
            exchange.ok();
        });
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(send(post(1, 3_000_000, 1_000_000)));
        }
        for (Answer answer : answers) {
            assertThat(answer.whole()).isEqualTo("ok");
        }
        assertThat(server.requests()).allMatch(exchange -> exchange.received() == 4_000_001);
    }

    @Test
    void connectionsAndWaitingCallsAreBounded() throws Exception {
        maxConnections = 2;
        maxWaiting = 4;
        CountDownLatch wanted = new CountDownLatch(1);
        start(1, heldBack(wanted));
        List<Answer> answers = begun(2, Integer.MAX_VALUE);
        for (int i = 0; i < 14; i++) {
            answers.add(send(post(2)));
        }
        assertThat(answers.get(2).call.state()).isEqualTo(UpstreamCall.State.WAITING);
        assertThat(answers.get(0).call.state()).isEqualTo(UpstreamCall.State.SENT);
        answers.get(3).call.cancel();
        assertThat(answers.get(3).kind()).isEqualTo(Kind.CANCELLED);
        wanted.countDown();
        int full = 0;
        for (Answer answer : answers) {
            answer.await();
            full += answer.failure != null && answer.failure.kind() == Kind.QUEUE_FULL ? 1 : 0;
        }
        assertThat(full).isEqualTo(10);
        assertThat(server.accepted()).isEqualTo(2);
        assertThat(server.requests()).hasSize(5);
    }

    @Test
    void anUpstreamThatAllowsNoStreamForATimeLetsCallsWait() throws Exception {
        start(FrameServer.Exchange::ok);
        assertThat(send(get()).whole()).isEqualTo("ok");
        server.announceLimit(0);
        await(() -> client.send(get(), new Answer(0)).state() != UpstreamCall.State.SENT);
        Answer waits = send(post(2));
        assertThat(waits.ends).hasValue(0);
        server.announceLimit(10);
        assertThat(waits.whole()).isEqualTo("ok");
        assertThat(server.accepted()).isOne();
    }

    @Test
    void aRefusalDoesNotRaiseTheLimitOfTheUpstream() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        CountDownLatch wanted = new CountDownLatch(1);
        start(exchange -> {
            if (requests.incrementAndGet() == 1) {
                wanted.await();
                exchange.reset(REFUSED_STREAM);
            } else {
                exchange.ok();
            }
        });
        Answer waits = send(post(2));
        await(() -> requests.get() == 1);
        server.announceLimit(0);
        wanted.countDown();
        await(() -> waits.call.state() != UpstreamCall.State.SENT);
        Answer second = send(get());
        assertThat(second.call.state()).isNotEqualTo(UpstreamCall.State.SENT);
        assertThat(waits.ends).hasValue(0);
        server.announceLimit(10);
        assertThat(waits.whole()).isEqualTo("ok");
        assertThat(second.whole()).isEqualTo("ok");
        assertThat(server.accepted()).isOne();
    }

    @Test
    void closingTellsCallsThatRunStallAndWait() throws Exception {
        maxConnections = 1;
        CountDownLatch wanted = new CountDownLatch(1);
        start(2, heldBack(wanted));
        List<Answer> running = begun(1, Integer.MAX_VALUE);
        Answer stalled = send(get(), 0);
        await(() -> stalled.signals.contains("head"));
        Answer waiting = send(get());
        client.close();
        assertThat(running.get(0).kind()).isEqualTo(Kind.CLOSED);
        assertThat(stalled.kind()).isEqualTo(Kind.CLOSED);
        assertThat(waiting.kind()).isEqualTo(Kind.CLOSED);
        assertThat(send(get()).kind()).isEqualTo(Kind.CLOSED);
        wanted.countDown();
    }

    @Test
    void aReceiverThatThrowsEndsItsCallAndNoOther() throws Exception {
        CountDownLatch wanted = new CountDownLatch(1);
        start(heldBack(wanted));
        Answer other = begun(1, Integer.MAX_VALUE).get(0);
        UpstreamFailure[] failure = new UpstreamFailure[1];
        CountDownLatch ended = new CountDownLatch(1);
        UpstreamCall broken = client.send(get(), new UpstreamReceiver() {
            @Override
            public void onHead(int status, Headers headers) {
                throw new IllegalStateException("broken by the test");
            }

            @Override
            public void onPiece(ByteBuffer piece) {
                throw new AssertionError("a piece behind a failure");
            }

            @Override
            public void onEnd() {
                ended.countDown();
            }

            @Override
            public void onFailure(UpstreamFailure why) {
                failure[0] = why;
                ended.countDown();
            }
        });
        broken.request();
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(failure[0].kind()).isEqualTo(Kind.FAILED);
        assertThat(failure[0]).hasCauseInstanceOf(IllegalStateException.class);
        await(() -> server.resets() == 1);
        wanted.countDown();
        assertThat(other.whole()).isEqualTo("ab");
    }

    @Test
    void aHostThatIsUnknownAndOneThatRefusesAreToldApart() throws Exception {
        start(FrameServer.Exchange::ok);
        URI unknown = URI.create("https://nowhere.invalid/");
        assertThat(send(new UpstreamRequest("GET", unknown, Headers.NONE, List.of(), false))
                        .kind())
                .isEqualTo(Kind.HOST_UNKNOWN);
        URI refusing = URI.create("https://127.0.0.1:" + dev.weir.FreePort.find() + "/");
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(send(new UpstreamRequest("GET", refusing, Headers.NONE, List.of(), false)));
        }
        for (Answer answer : answers) {
            assertThat(answer.kind()).isEqualTo(Kind.REFUSED);
        }
    }

    @Test
    void aGuardedCallLeadsToPublicAddressesOnlyAndTakesNoOtherConnection() throws Exception {
        start(FrameServer.Exchange::ok);
        assertThat(send(get()).whole()).isEqualTo("ok");
        Answer answer = send(get().guarded(true));
        assertThat(answer.kind()).isEqualTo(Kind.ADDRESS_DENIED);
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aProxyLeadsToTheUpstreamOrRefuses(boolean knowsThePassword) throws Exception {
        server = new FrameServer(certificates.server("server"), MANY, FrameServer.Exchange::ok);
        String basic = new ProxyAddress.Credentials("user", "secret").basic();
        try (LoopbackProxy proxy = new LoopbackProxy(server.port(), basic)) {
            String password = knowsThePassword ? "secret" : "wrong";
            proxies = Proxies.of(Map.of("HTTPS_PROXY", "http://user:" + password + "@" + proxy.hostAndPort()));
            startClient();
            Answer answer = send(get());
            if (knowsThePassword) {
                assertThat(answer.whole()).isEqualTo("ok");
            } else {
                assertThat(answer.kind()).isEqualTo(Kind.PROXY_REFUSED);
                assertThat(answer.failure).hasMessageContaining("407");
            }
            assertThat(proxy.requests()).containsExactly("CONNECT localhost:" + server.port());
        }
    }
}
