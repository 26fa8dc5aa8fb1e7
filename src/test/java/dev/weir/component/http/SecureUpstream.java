package dev.weir.component.http;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RateControl;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * A real server on loopback with HTTP/1.1 or HTTP/2 over TLS. It answers each request as a test defines, and counts
 * connections and streams. A stream is one request with its answer, in both versions.
 */
final class SecureUpstream implements AutoCloseable {
    /** A limit of streams that no test reaches. */
    static final int MANY = 1000;

    private static final int THREADS = 600;
    private static final long IDLE_MILLIS = TimeUnit.MINUTES.toMillis(5);

    /** The protocol that TLS negotiates. */
    enum Version {
        HTTP_1_1,
        HTTP_2
    }

    /** Writes the answer to one request, on a separate thread; an exception breaks the stream. */
    @FunctionalInterface
    interface Script {
        void answer(UpstreamExchange exchange) throws IOException, InterruptedException;
    }

    private final TestCertificate certificate;
    private final Version version;
    private final Server server = new Server(new QueuedThreadPool(THREADS));
    private final ServerConnector connector;
    private final Set<HTTP2Session> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connectionsOpened = new AtomicInteger();
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicInteger aborted = new AtomicInteger();
    private final BlockingQueue<Integer> unseen = new LinkedBlockingQueue<>();
    private volatile Script script;

    SecureUpstream(TestCertificate certificate, Version version, Script script) throws Exception {
        this(certificate, version, MANY, null, script);
    }

    /**
     * Starts a server.
     *
     * @param maxStreams the most concurrent streams of one connection; only HTTP/2 has such a limit
     * @param client the required certificate of the client; null for none
     */
    SecureUpstream(
            TestCertificate certificate,
            Version version,
            int maxStreams,
            @Nullable TestCertificate client,
            Script script)
            throws Exception {
        this.certificate = certificate;
        this.version = version;
        this.script = script;
        HttpConfiguration http = new HttpConfiguration();
        // A name without a dot is not sent within TLS.
        http.addCustomizer(new SecureRequestCustomizer(false));
        SslContextFactory.Server tls = tls(client);
        connector = version == Version.HTTP_2
                ? new ServerConnector(
                        server,
                        new SslConnectionFactory(tls, "alpn"),
                        new ALPNServerConnectionFactory("h2"),
                        http2(http, maxStreams))
                : new ServerConnector(
                        server, new SslConnectionFactory(tls, "http/1.1"), new HttpConnectionFactory(http));
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.addBean(new Counter());
        server.addConnector(connector);
        server.setHandler(new Answers());
        server.start();
    }

    private SslContextFactory.Server tls(@Nullable TestCertificate client) {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStore(certificate.store());
        tls.setKeyStorePassword(TestCertificate.PASSWORD);
        if (client != null) {
            tls.setTrustStore(client.store());
            tls.setNeedClientAuth(true);
        }
        return tls;
    }

    private static HTTP2ServerConnectionFactory http2(HttpConfiguration http, int maxStreams) {
        HTTP2ServerConnectionFactory factory = new HTTP2ServerConnectionFactory(http);
        factory.setMaxConcurrentStreams(maxStreams);
        factory.setStreamIdleTimeout(IDLE_MILLIS);
        // Many clients that disconnect at once are not an attack here.
        factory.setRateControlFactory(new RateControl.Factory() {
            @Override
            public RateControl newRateControl(EndPoint endPoint) {
                return RateControl.NO_RATE_CONTROL;
            }
        });
        return factory;
    }

    /** The URL, such as {@code https://localhost:41235}. */
    String url() {
        return "https://localhost:" + connector.getLocalPort();
    }

    /** The PEM file of the certificate that a client must trust. */
    Path caPem() {
        return certificate.certificate();
    }

    /** A context that trusts only this upstream. */
    SSLContext trusting() throws GeneralSecurityException, IOException {
        return certificate.trusting();
    }

    /** The lines of a component that trusts this upstream and uses its version, with {@code more} lines. */
    String[] keys(String... more) {
        String[] keys = new String[more.length + 2];
        keys[0] = "tls: {ca: " + caPem() + "}";
        keys[1] = "http_version: " + (version == Version.HTTP_2 ? "2" : "1.1");
        System.arraycopy(more, 0, keys, 2, more.length);
        return keys;
    }

    /** Sets the script for all later requests. */
    void answers(Script next) {
        script = next;
    }

    /** Sends each client a lower limit of concurrent streams. Streams above it at that moment are refused. */
    void limitStreams(int most) {
        for (HTTP2Session session : sessions) {
            session.setMaxRemoteStreams(most);
            session.settings(
                    new SettingsFrame(Map.of(SettingsFrame.MAX_CONCURRENT_STREAMS, most), false), Callback.NOOP);
        }
    }

    /**
     * Announces on each open connection that it accepts no further stream, and finishes the running streams.
     *
     * @param namesLastStream whether the frame has the id of the last stream; otherwise the id is 2^31-1, as in the first of
     *     two frames
     */
    void goAway(boolean namesLastStream) {
        for (HTTP2Session session : sessions) {
            if (namesLastStream) {
                session.close(ErrorCode.NO_ERROR.code, "drain", Callback.NOOP);
            } else {
                session.goAway(GoAwayFrame.GRACEFUL, Callback.NOOP);
            }
        }
    }

    int connections() {
        return connector.getConnectedEndPoints().size();
    }

    int connectionsOpened() {
        return connectionsOpened.get();
    }

    int streams() {
        return started.get() - finished.get() - aborted.get();
    }

    int requests() {
        return started.get();
    }

    /** The number of streams that ended normally. */
    int finished() {
        return finished.get();
    }

    /** The number of streams that were reset or lost their connection. */
    int aborted() {
        return aborted.get();
    }

    /** Waits for the next request that this method has not returned for. */
    void awaitRequest() throws InterruptedException {
        if (unseen.poll(20, TimeUnit.SECONDS) == null) {
            throw new AssertionError("no request was made");
        }
    }

    /** Waits until no stream is open. */
    void assertNoStreamOpen() throws InterruptedException {
        awaitOrTell(() -> streams() == 0);
    }

    /** Waits until no stream and no connection is open. */
    void assertNothingOpen() throws InterruptedException {
        awaitOrTell(() -> streams() == 0 && connections() == 0);
    }

    private void awaitOrTell(BooleanSupplier condition) throws InterruptedException {
        try {
            CallFixture.await(condition);
        } catch (AssertionError e) {
            throw new AssertionError(streams() + " streams and " + connections() + " connections are open", e);
        }
    }

    @Override
    public void close() {
        LifeCycle.stop(server);
    }

    /** Answers each request by the current script. */
    private final class Answers extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Script answer = script;
            Request.addCompletionListener(request, failure -> (failure == null ? finished : aborted).incrementAndGet());
            unseen.add(started.incrementAndGet());
            try {
                UpstreamExchange exchange = new UpstreamExchange(request, response, Content.Source.asString(request));
                answer.answer(exchange);
                exchange.finish();
                callback.succeeded();
            } catch (IOException | RuntimeException e) {
                callback.failed(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                callback.failed(e);
            }
            return true;
        }
    }

    private final class Counter implements Connection.Listener {
        @Override
        public void onOpened(Connection connection) {
            if (connection instanceof SslConnection) {
                connectionsOpened.incrementAndGet();
            } else if (connection instanceof HTTP2Connection http2) {
                sessions.add(http2.getSession());
            }
        }

        @Override
        public void onClosed(Connection connection) {
            if (connection instanceof HTTP2Connection http2) {
                sessions.remove(http2.getSession());
            }
        }
    }
}
