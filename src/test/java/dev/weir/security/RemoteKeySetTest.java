package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.upstream.LoopbackProxy;
import dev.weir.upstream.proxy.Proxies;
import dev.weir.workflow.HandTimers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RemoteKeySetTest {
    private final Tokens first = Tokens.ellipticCurve("first");
    private final Tokens second = Tokens.ellipticCurve("second");
    private final HandClock clock = new HandClock();
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile String answer = first.keySet();
    private volatile int status = 200;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private HttpServer issuer;

    @BeforeEach
    void serve() throws IOException {
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.setExecutor(executor);
        issuer.createContext("/", exchange -> {
            fetches.incrementAndGet();
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        issuer.start();
    }

    @AfterEach
    void end() {
        gate.countDown();
        issuer.stop(0);
        executor.shutdownNow();
        timers.shutdownNow();
    }

    private RemoteKeySet keySet() {
        URI uri = URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys");
        return new RemoteKeySet(uri, executor, timers, clock);
    }

    private RemoteKeySet keySet(String uri, String... namesAndValues) {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            environment.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new RemoteKeySet(URI.create(uri), executor, timers, clock, Proxies.of(environment));
    }

    private static @Nullable JsonWebKey of(RemoteKeySet keys, Tokens issuer) {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setKeyIdHeaderValue(issuer.key().getKeyId());
        signature.setAlgorithmHeaderValue("ES256");
        return keys.of(signature);
    }

    private static void assertNotReady(Callable<?> call) {
        assertThatThrownBy(call::call)
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY));
    }

    @Test
    void isFetchedOnceForAnyNumberOfTokens() {
        RemoteKeySet keys = keySet();
        for (int i = 0; i < 100; i++) {
            assertThat(of(keys, first)).isNotNull();
        }
        assertThat(fetches).hasValue(1);
    }

    @Test
    void aNewKeyIsFetchedWhenATokenNamesIt() {
        RemoteKeySet keys = keySet();
        assertThat(of(keys, first)).isNotNull();
        answer = second.keySet();
        clock.advance(Duration.ofSeconds(RemoteKeySet.AT_MOST_EVERY_SECONDS));

        assertThat(of(keys, second)).isNotNull();
        assertThat(of(keys, first)).isNull();
        assertThat(fetches).hasValue(2);
    }

    @Test
    void tokensOfMadeUpKeysMakeNoFlood() {
        RemoteKeySet keys = keySet();
        assertThat(of(keys, first)).isNotNull();
        for (int i = 0; i < 100; i++) {
            assertThat(of(keys, second)).isNull();
        }
        assertThat(fetches).hasValue(1);
        clock.advance(Duration.ofSeconds(RemoteKeySet.AT_MOST_EVERY_SECONDS));
        for (int i = 0; i < 100; i++) {
            assertThat(of(keys, second)).isNull();
        }
        assertThat(fetches).hasValue(2);
    }

    @Test
    void whileAFetchHangsAFewWaitAndTheOthersAreSentAway() throws Exception {
        gate = new CountDownLatch(1);
        RemoteKeySet keys = keySet();
        List<Future<?>> asked = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            asked.add(executor.submit(() -> assertNotReady(() -> of(keys, first))));
        }
        for (Future<?> each : asked) {
            each.get();
        }
        assertThat(fetches).hasValue(1);
        gate.countDown();
        while (keys.isFetching()) {
            Thread.onSpinWait();
        }
        assertThat(of(keys, first)).isNotNull();
    }

    @Test
    void aFetchThatTakesTooLongEndsAndLetsTheNextBegin() {
        gate = new CountDownLatch(1);
        HandTimers hand = new HandTimers();
        URI uri = URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys");
        RemoteKeySet keys = new RemoteKeySet(uri, executor, hand, clock);
        assertThat(keys.isFetching()).isTrue();

        hand.fire();
        assertThat(keys.isFetching()).isFalse();
        assertNotReady(() -> of(keys, first));
        gate.countDown();
        clock.advance(Duration.ofSeconds(RemoteKeySet.AT_MOST_EVERY_SECONDS));
        assertThat(of(keys, first)).isNotNull();
        assertThat(hand.pending()).as("the regular fetch alone").isOne();
        keys.close();
        assertThat(hand.pending()).isZero();
    }

    @Test
    void withoutATimerAFetchFailsAndNothingWaits() {
        gate = new CountDownLatch(1);
        HandTimers hand = new HandTimers();
        hand.shutdownNow();
        URI uri = URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys");
        assertThat(new RemoteKeySet(uri, executor, hand, clock).isFetching()).isFalse();
    }

    @Test
    void oldKeysServeWhileTheIssuerFails() {
        RemoteKeySet keys = keySet();
        assertThat(of(keys, first)).isNotNull();
        status = 500;
        clock.advance(Duration.ofSeconds(RemoteKeySet.AT_MOST_EVERY_SECONDS));

        assertNotReady(() -> of(keys, second));
        assertThat(of(keys, first)).isNotNull();
        assertThat(of(keys, second)).isNull();
    }

    @Test
    void whatIsNoSetOfPublicKeysIsNotTaken() {
        for (String wrong : List.of("", "[]", "{\"keys\":[]}", "<html>", "x".repeat(2 << 20))) {
            answer = wrong;
            RemoteKeySet keys = keySet();
            assertNotReady(() -> of(keys, first));
            keys.close();
        }
    }

    @Test
    void withoutAnIssuerNothingCanBeTold() {
        issuer.stop(0);
        RemoteKeySet keys = keySet();

        assertNotReady(() -> of(keys, first));
        assertNotReady(() -> of(keys, first));
    }

    @Test
    void keysComeThroughTheProxyOfTheEnvironment() throws IOException {
        try (LoopbackProxy proxy = new LoopbackProxy(issuer.getAddress().getPort())) {
            RemoteKeySet keys = keySet("http://issuer.example/keys", "HTTP_PROXY", proxy.hostAndPort());

            assertThat(of(keys, first)).isNotNull();
            assertThat(proxy.requests()).containsExactly("GET http://issuer.example/keys");
        }
    }

    @Test
    void anIssuerOfNoProxyIsAskedDirectly() throws IOException {
        try (LoopbackProxy proxy = new LoopbackProxy(issuer.getAddress().getPort())) {
            RemoteKeySet keys = keySet(
                    "http://issuer.invalid/keys", "HTTP_PROXY", proxy.hostAndPort(), "NO_PROXY", "issuer.invalid");

            assertNotReady(() -> of(keys, first));
            assertThat(proxy.requests()).isEmpty();
        }
    }

    @Test
    void aProxyThatWantsCredentialsGetsThemWhereTheJdkSendsThem() throws IOException {
        String basic = "Basic c29tZWJvZHk6aHVudGVyMjI="; // somebody:hunter22
        try (LoopbackProxy proxy = new LoopbackProxy(issuer.getAddress().getPort(), basic)) {
            String address = "http://somebody:hunter22@" + proxy.hostAndPort();
            assertThat(of(keySet("http://issuer.example/keys", "HTTP_PROXY", address), first))
                    .isNotNull();
            assertThat(proxy.requests()).hasSize(1);

            assertNotReady(() -> of(keySet("https://issuer.example/keys", "HTTPS_PROXY", address), first));
            assertThat(proxy.requests()).hasSize(1);
        }
    }

    @Test
    void aRefusedTunnelEndsTheFetch() throws IOException {
        try (LoopbackProxy proxy = new LoopbackProxy(issuer.getAddress().getPort(), "Basic none")) {
            for (String uri : List.of("http://issuer.example/keys", "https://issuer.example/keys")) {
                RemoteKeySet keys = keySet(uri, "ALL_PROXY", proxy.hostAndPort());
                while (keys.isFetching()) {
                    Thread.onSpinWait();
                }
                assertNotReady(() -> of(keys, first));
            }
            assertThat(proxy.requests())
                    .containsExactly("GET http://issuer.example/keys", "CONNECT issuer.example:443");
        }
    }
}
