package dev.weir.upstream.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.upstream.ClientOptions;
import dev.weir.upstream.Headers;
import dev.weir.upstream.Protocol;
import dev.weir.upstream.SocketServer;
import dev.weir.upstream.UpstreamCall;
import dev.weir.upstream.UpstreamFailure;
import dev.weir.upstream.UpstreamFailure.Kind;
import dev.weir.upstream.UpstreamReceiver;
import dev.weir.upstream.UpstreamRequest;
import dev.weir.upstream.address.AddressLookup;
import dev.weir.upstream.proxy.Proxies;
import dev.weir.upstream.tls.TlsMaterial;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
@Timeout(60)
class JettyClientTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String ENDLESS = "HTTP/1.1 200 OK\r\n\r\n";

    private final AtomicInteger threadNumber = new AtomicInteger();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final ExecutorService pool = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "client-" + threadNumber.incrementAndGet());
        threads.add(thread);
        return thread;
    });
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private Executor executor = pool;
    private int maxConnections = 64;
    private int maxWaiting = 64;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration idle = ClientOptions.DEFAULT_IDLE;
    private AddressLookup.Names names = InetAddress::getAllByName;
    private JettyClient client;
    private SocketServer server;

    @AfterEach
    void nothingIsLeft() throws Exception {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            await(() -> server.open() == 0);
            server.close();
        }
        pool.shutdown();
        assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        timers.shutdownNow();
    }

    private void start(SocketServer.Talk talk) throws Exception {
        server = new SocketServer(talk);
        client = new JettyClient(
                new ClientOptions(
                        connectTimeout,
                        idle,
                        Protocol.HTTP_1_1,
                        TlsMaterial.OF_THE_JVM,
                        Proxies.NONE,
                        maxConnections,
                        maxWaiting,
                        1,
                        () -> {}),
                executor,
                timers,
                names);
    }

    private static SocketServer.Talk answers(String answer) {
        return connection -> {
            while (connection.request() != null) {
                connection.send(answer);
            }
        };
    }

    private UpstreamRequest get() {
        return new UpstreamRequest("GET", server.uri(), Headers.NONE, List.of(), false);
    }

    private UpstreamRequest post() {
        return new UpstreamRequest(
                "POST", server.uri(), Headers.NONE, List.of("{}".getBytes(StandardCharsets.UTF_8)), false);
    }

    private Answer send(UpstreamRequest request) {
        Answer answer = new Answer(Integer.MAX_VALUE);
        answer.begin(client.send(request, answer));
        return answer;
    }

    /** Collects an answer, and requests a limited number of pieces. */
    private static class Answer implements UpstreamReceiver {
        private final StringBuilder text = new StringBuilder();
        private final List<String> signals = new ArrayList<>();
        private final Set<String> threads = ConcurrentHashMap.newKeySet();
        private final CountDownLatch ended = new CountDownLatch(1);
        private final AtomicLong bytes = new AtomicLong();
        private final AtomicInteger ends = new AtomicInteger();
        private int left;
        private volatile UpstreamCall call;
        private volatile int status;
        private volatile Headers headers;
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

        @Override
        public void onHead(int code, Headers fields) {
            status = code;
            headers = fields;
            signals.add("head");
        }

        @Override
        public void onPiece(ByteBuffer piece) {
            assertThat(piece.hasRemaining()).isTrue();
            threads.add(Thread.currentThread().getName());
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

    @Test
    void anAnswerComesAsHeadPiecesAndEnd() throws Exception {
        start(answers(OK));
        Answer answer = send(get()).await();
        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.headers.first("content-length")).contains("2");
        assertThat(answer.text).hasToString("ok");
        assertThat(answer.signals).containsExactly("head", "piece", "end");
    }

    @Test
    void everyPieceIsReadOnTheSelectorsThread() throws Exception {
        start(connection -> {
            while (connection.request() != null) {
                connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (int i = 0; i < 200; i++) {
                    connection.send("4\r\nabcd\r\n");
                }
                connection.send("0\r\n\r\n");
            }
        });
        Set<String> readers = ConcurrentHashMap.newKeySet();
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(send(get()));
        }
        for (Answer answer : answers) {
            assertThat(answer.await().bytes).hasValue(800);
            readers.addAll(answer.threads);
        }
        readers.remove(Thread.currentThread().getName());
        assertThat(readers).hasSize(1);
    }

    @Test
    void aRequestWithoutABodySaysNothingOfOne() throws Exception {
        List<String> requests = new ArrayList<>();
        start(connection -> {
            for (String request = connection.request(); request != null; request = connection.request()) {
                requests.add(request);
                connection.send(OK);
            }
        });
        send(get()).await();
        send(post()).await();
        assertThat(requests.get(0))
                .startsWith("GET /v1 HTTP/1.1\r\n")
                .contains("Host: 127.0.0.1:")
                .doesNotContainIgnoringCase("content-length", "accept-encoding", "user-agent", "transfer-encoding");
        assertThat(requests.get(1)).contains("Content-Length: 2\r\n").endsWith("\r\n\r\n{}");
        assertThat(server.accepted()).isOne();
    }

    @Test
    void informationalAnswersAreSkipped() throws Exception {
        start(answers("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK));
        Answer answer = send(get()).await();
        assertThat(answer.text).hasToString("ok");
        assertThat(answer.signals).containsExactly("head", "piece", "end");
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 104, 199})
    void anInformationalAnswerThatIsNotKnownEndsTheCall(int status) throws Exception {
        start(answers("HTTP/1.1 " + status + " X\r\n\r\n" + OK));
        for (String method : List.of("GET", "POST")) {
            Answer answer = send(new UpstreamRequest(method, server.uri(), Headers.NONE, List.of(), false));
            assertThat(answer.kind()).isEqualTo(Kind.MALFORMED);
            assertThat(answer.failure.getMessage()).contains(String.valueOf(status));
        }
    }

    @Test
    void redirectsCookiesAndChallengesAreLeftAlone() throws Exception {
        start(answers("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nSet-Cookie: a=b\r\n"
                + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok"));
        for (int i = 0; i < 2; i++) {
            Answer answer = send(get()).await();
            assertThat(answer.status).isEqualTo(401);
            assertThat(answer.text).hasToString("ok");
        }
        assertThat(server.requests()).isEqualTo(2);
    }

    @Test
    void whatIsNotAskedForIsNotRead() throws Exception {
        AtomicLong written = new AtomicLong();
        start(connection -> {
            connection.request();
            connection.send(ENDLESS);
            byte[] block = new byte[64 << 10];
            while (true) {
                connection.send(block);
                written.addAndGet(block.length);
            }
        });
        Answer answer = new Answer(1);
        answer.begin(client.send(get(), answer));
        await(() -> answer.bytes.get() > 0);
        long[] before = new long[1];
        await(() -> {
            long now = written.get();
            boolean still = now == before[0];
            before[0] = now;
            parkBriefly();
            return still && written.get() == now;
        });
        assertThat(answer.signals).containsExactly("head", "piece");
        answer.call.cancel();
        assertThat(answer.kind()).isEqualTo(Kind.CANCELLED);
    }

    private static void parkBriefly() {
        java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void aCancelledCallEndsInTheMidstOfAFlood() throws Exception {
        start(connection -> {
            connection.request();
            connection.send(ENDLESS);
            byte[] block = new byte[64 << 10];
            while (true) {
                connection.send(block);
            }
        });
        Answer answer = send(get());
        await(() -> answer.bytes.get() > 1 << 20);
        answer.call.cancel();
        assertThat(answer.kind()).isEqualTo(Kind.CANCELLED);
        long whenTold = answer.bytes.get();
        await(() -> server.open() == 0);
        assertThat(answer.bytes).hasValue(whenTold);
        assertThat(answer.ends).hasValue(1);
        answer.call.cancel();
        assertThat(answer.ends).hasValue(1);
    }

    @Test
    void aCallIsCancelledBeforeItsHead() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        start(connection -> {
            connection.request();
            asked.countDown();
            connection.awaitClosed();
        });
        Answer answer = send(get());
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
        answer.call.cancel();
        assertThat(answer.kind()).isEqualTo(Kind.CANCELLED);
    }

    @Test
    void connectionsAndWaitingCallsAreBounded() throws Exception {
        maxConnections = 2;
        maxWaiting = 4;
        CountDownLatch go = new CountDownLatch(1);
        start(connection -> {
            while (connection.request() != null) {
                go.await();
                connection.send(OK);
            }
        });
        List<Answer> answers = new ArrayList<>();
        answers.add(send(post()));
        answers.add(send(post()));
        await(() -> server.requests() == 2);
        for (int i = 0; i < 14; i++) {
            answers.add(send(post()));
        }
        assertThat(answers.get(2).call.state()).isEqualTo(UpstreamCall.State.WAITING);
        assertThat(answers.get(0).call.state()).isEqualTo(UpstreamCall.State.SENT);
        answers.get(3).call.cancel();
        assertThat(answers.get(3).kind()).isEqualTo(Kind.CANCELLED);
        go.countDown();
        int refused = 0;
        for (Answer answer : answers) {
            if (answer.await().failure != null && answer.failure.kind() == Kind.QUEUE_FULL) {
                refused++;
            }
        }
        assertThat(refused).isEqualTo(10);
        assertThat(server.accepted()).isLessThanOrEqualTo(2);
        assertThat(send(post()).await().text).hasToString("ok");
    }

    @Test
    void closingTellsCallsThatRunAndCallsThatWait() throws Exception {
        maxConnections = 1;
        start(connection -> {
            connection.request();
            connection.send(ENDLESS + "a");
            connection.awaitClosed();
        });
        Answer running = send(get());
        await(() -> running.bytes.get() == 1);
        Answer waiting = send(get());
        client.close();
        assertThat(running.kind()).isEqualTo(Kind.CLOSED);
        assertThat(waiting.kind()).isEqualTo(Kind.CLOSED);
        assertThat(send(get()).kind()).isEqualTo(Kind.CLOSED);
        await(() -> server.open() == 0);
    }

    /** If any task of the client is refused, every call still ends. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 8, 12})
    void aRefusedTaskLeavesNoCallWithoutAnEnd(int n) throws Exception {
        AtomicInteger tasks = new AtomicInteger();
        AtomicInteger refuseAt = new AtomicInteger(Integer.MAX_VALUE);
        executor = task -> {
            if (tasks.incrementAndGet() == refuseAt.get()) {
                if (n % 2 == 0) {
                    throw new OutOfMemoryError("no thread, by the test");
                }
                throw new RejectedExecutionException("refused by the test");
            }
            pool.execute(task);
        };
        start(answers(OK));
        refuseAt.set(tasks.get() + n);
        for (int i = 0; i < 12; i++) {
            // Each call has its own host, so that the name is looked up.
            URI uri = URI.create(server.uri().toString().replace("127.0.0.1", "127.0.0." + (i + 1)));
            send(new UpstreamRequest("GET", uri, Headers.NONE, List.of(), false))
                    .await();
        }
        assertThat(send(get()).await().text).hasToString("ok");
    }

    @Test
    void aReceiverThatThrowsEndsItsCallAndNoOther() throws Exception {
        start(answers(OK));
        Answer broken = new Answer(5) {
            @Override
            public void onPiece(ByteBuffer piece) {
                throw new IllegalStateException("broken by the test");
            }
        };
        broken.begin(client.send(get(), broken));
        assertThat(broken.kind()).isEqualTo(Kind.FAILED);
        assertThat(broken.failure).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(send(get()).await().text).hasToString("ok");
    }

    @ParameterizedTest
    @CsvSource({
        "TRUNCATED, 'HTTP/1.1 200 OK|Content-Length: 9||ok'",
        "TRUNCATED, 'HTTP/1.1 200 OK|Transfer-Encoding: chunked||2|ok|'",
        "TRUNCATED, 'HTTP/1.1 200 OK|Transfer-Encoding: chunked||9|ok'",
        "TRUNCATED, 'HTTP/1.1 200 OK|Transfer-Encoding: chunked||zz|ok|'",
        "MALFORMED, 'HTTP/1.1 200 OK|Content-Length: 2|Content-Length: 3||ok'",
        "MALFORMED, 'SSH-2.0-OpenSSH_9.2|'",
        "NO_ANSWER, ''",
        "MALFORMED, 'HTTP/1.1 200'",
    })
    void answersThatEndOrBeginWronglyAreToldApart(Kind kind, String answer) throws Exception {
        start(connection -> {
            connection.request();
            connection.send(answer.replace("|", "\r\n"));
        });
        assertThat(send(post()).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n"
            })
    void anAnswerWithBothFramingsIsNeverEmpty(String headers) throws Exception {
        start(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK\r\n" + headers + "\r\n4\r\nabcd\r\n0\r\n\r\n");
        });
        Answer answer = send(get()).await();
        assertThat(answer.failure != null || answer.text.toString().equals("abcd"))
                .isTrue();
    }

    @Test
    void aHeadHasABound() throws Exception {
        start(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK\r\nX: " + "x".repeat(200_000) + "\r\n\r\n");
        });
        assertThat(send(get()).kind()).isEqualTo(Kind.MALFORMED);
    }

    @Test
    void aConnectionThatIsResetBeforeTheAnswerIsNoAnswer() throws Exception {
        start(connection -> {
            connection.request();
            connection.reset();
        });
        Answer answer = send(post());
        assertThat(answer.kind()).isEqualTo(Kind.NO_ANSWER);
        assertThat(answer.failure.getMessage()).doesNotContain("kept");
    }

    @Test
    void aKeptConnectionThatDiedIsReplacedForAGetAndToldForAPost() throws Exception {
        start(connection -> {
            connection.request();
            connection.send(OK);
            connection.request();
            connection.reset();
        });
        send(get()).await();
        assertThat(send(get()).await().text).hasToString("ok");
        Answer post = send(post());
        assertThat(post.kind()).isEqualTo(Kind.NO_ANSWER);
        assertThat(post.failure.getMessage()).contains("kept");
    }

    /** In a new JVM a first call takes longer than a short idle time-out. */
    private void loadTheClient() throws Exception {
        start(answers(OK));
        send(get()).await();
        client.close();
        await(() -> server.open() == 0);
        server.close();
    }

    @Test
    void aStreamOutlivesTheIdleTimeOfItsConnection() throws Exception {
        loadTheClient();
        idle = Duration.ofSeconds(1);
        CountDownLatch go = new CountDownLatch(1);
        start(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na");
            go.await();
            connection.send("b");
            connection.awaitClosed();
        });
        Answer answer = new Answer(1);
        answer.begin(client.send(get(), answer));
        await(() -> answer.bytes.get() == 1);
        // Several times the idle time-out: first this reader stalls, then the upstream.
        assertThat(new CountDownLatch(1).await(2500, TimeUnit.MILLISECONDS)).isFalse();
        answer.call.request();
        assertThat(new CountDownLatch(1).await(2500, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(answer.ends).hasValue(0);
        go.countDown();
        await(() -> answer.bytes.get() == 2);
        answer.call.request();
        assertThat(answer.await().failure).isNull();
        // Then the connection is idle, and closes.
        await(() -> server.open() == 0);
    }

    @Test
    void aHostThatIsUnknownAndOneThatRefusesAreToldApart() throws Exception {
        start(answers(OK));
        URI unknown = URI.create("http://nowhere.invalid/");
        assertThat(send(new UpstreamRequest("GET", unknown, Headers.NONE, List.of(), false))
                        .kind())
                .isEqualTo(Kind.HOST_UNKNOWN);
        int free = dev.weir.FreePort.find();
        URI refusing = URI.create("http://127.0.0.1:" + free + "/");
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
        start(answers(OK));
        send(get()).await();
        Answer answer = send(get().guarded(true));
        assertThat(answer.kind()).isEqualTo(Kind.ADDRESS_DENIED);
        assertThat(answer.failure.getMessage()).contains("127.0.0.1", "not a public address");
        assertThat(server.requests()).isOne();
        assertThat(client.connections()).isOne();
    }

    /** A name that later resolves to another address is not looked up again. */
    @Test
    void theAddressThatWasLookedUpIsTheOneThatIsConnectedTo() throws Exception {
        AtomicInteger lookups = new AtomicInteger();
        names = host -> {
            assertThat(host).isEqualTo("api.example.test");
            lookups.incrementAndGet();
            return new InetAddress[] {InetAddress.getLoopbackAddress()};
        };
        List<String> requests = new ArrayList<>();
        start(connection -> {
            for (String request = connection.request(); request != null; request = connection.request()) {
                requests.add(request);
                connection.send(OK);
            }
        });
        URI uri = URI.create(server.uri().toString().replace("127.0.0.1", "api.example.test"));
        UpstreamRequest request = new UpstreamRequest("GET", uri, Headers.NONE, List.of(), false);
        assertThat(send(request).await().text).hasToString("ok");
        assertThat(requests.get(0)).contains("Host: api.example.test:" + uri.getPort() + "\r\n");
        assertThat(lookups).hasValue(1);
        assertThat(send(request.guarded(true)).kind()).isEqualTo(Kind.ADDRESS_DENIED);
        assertThat(lookups).hasValue(2);
        assertThat(requests).hasSize(1);
    }

    @Test
    void theNextAddressIsTriedWhereOneRefuses() throws Exception {
        names = host -> new InetAddress[] {InetAddress.getByName("0.0.0.1"), InetAddress.getLoopbackAddress()};
        start(answers(OK));
        URI uri = URI.create(server.uri().toString().replace("127.0.0.1", "api.example.test"));
        assertThat(send(new UpstreamRequest("GET", uri, Headers.NONE, List.of(), false))
                        .await()
                        .text)
                .hasToString("ok");
    }

    @Test
    void callsThatAskForANameAtTheSameTimeShareItsLookUp() throws Exception {
        AtomicInteger lookups = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        names = host -> {
            lookups.incrementAndGet();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new InetAddress[] {InetAddress.getLoopbackAddress()};
        };
        start(answers(OK));
        URI uri = URI.create(server.uri().toString().replace("127.0.0.1", "api.example.test"));
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(send(new UpstreamRequest("GET", uri, Headers.NONE, List.of(), false)));
        }
        await(() -> lookups.get() == 1);
        go.countDown();
        for (Answer answer : answers) {
            assertThat(answer.await().text).hasToString("ok");
        }
    }

    /** A connection that fails is the failure of one call: other calls open their own connections. */
    @Test
    void aConnectionThatFailsFailsOneCall() throws Exception {
        AtomicInteger lookups = new AtomicInteger();
        names = host -> {
            if (lookups.incrementAndGet() == 1) {
                throw new UnknownHostException(host);
            }
            return new InetAddress[] {InetAddress.getLoopbackAddress()};
        };
        AtomicInteger tasks = new AtomicInteger();
        executor = task -> {
            if (tasks.incrementAndGet() == 1) {
                pool.execute(task); // The thread of the selector.
            } else {
                task.run(); // Each call looks up the name itself.
            }
        };
        start(answers(OK));
        URI uri = URI.create(server.uri().toString().replace("127.0.0.1", "api.example.test"));
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(send(new UpstreamRequest("GET", uri, Headers.NONE, List.of(), false)));
        }
        int failed = 0;
        for (Answer answer : answers) {
            if (answer.await().failure != null) {
                assertThat(answer.kind()).isEqualTo(Kind.HOST_UNKNOWN);
                failed++;
            }
        }
        assertThat(failed).isOne();
    }

    @Test
    void anErrorOfALookUpIsTheFailureOfItsCallsAlone() throws Exception {
        AtomicInteger lookups = new AtomicInteger();
        names = host -> {
            if (lookups.incrementAndGet() == 1) {
                throw new OutOfMemoryError("by the test");
            }
            return new InetAddress[] {InetAddress.getLoopbackAddress()};
        };
        start(answers(OK));
        URI uri = URI.create(server.uri().toString().replace("127.0.0.1", "api.example.test"));
        UpstreamRequest request = new UpstreamRequest("GET", uri, Headers.NONE, List.of(), false);
        assertThat(send(request).kind()).isEqualTo(Kind.FAILED);
        assertThat(send(request).await().text).hasToString("ok");
    }

    @Test
    void aNameThatIsNotAnsweredEndsTheCallInTime() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        names = host -> {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new UnknownHostException(host);
        };
        connectTimeout = Duration.ofMillis(200);
        start(answers(OK));
        URI uri = URI.create("http://slow.example.test/");
        assertThat(send(new UpstreamRequest("GET", uri, Headers.NONE, List.of(), false))
                        .kind())
                .isEqualTo(Kind.CONNECT_TIMED_OUT);
        over.countDown();
    }
}
