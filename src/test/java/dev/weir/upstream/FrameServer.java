package dev.weir.upstream;

import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.api.server.ServerSessionListener;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.http2.server.RawHTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RateControl;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** An upstream on loopback that sends HTTP/2 frame by frame, as a script says, also in violation of the protocol. */
public final class FrameServer implements AutoCloseable {
    /** Answers one request, on a separate thread. */
    @FunctionalInterface
    public interface Script {
        void answer(Exchange exchange) throws Exception;
    }

    private final Server server = new Server();
    private final ServerConnector connector;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    private final List<HTTP2Session> sessions = new CopyOnWriteArrayList<>();
    private final AtomicInteger resets = new AtomicInteger();
    private volatile Script script;

    public FrameServer(SSLContext tls, int maxStreams, Script script) throws Exception {
        this.script = script;
        SslContextFactory.Server secure = new SslContextFactory.Server();
        secure.setSslContext(tls);
        RawHTTP2ServerConnectionFactory frames =
                new RawHTTP2ServerConnectionFactory(new HttpConfiguration(), new Sessions());
        frames.setMaxConcurrentStreams(maxStreams);
        frames.setStreamIdleTimeout(0);
        frames.setRateControlFactory(new RateControl.Factory() {
            @Override
            public RateControl newRateControl(EndPoint endPoint) {
                return RateControl.NO_RATE_CONTROL;
            }
        });
        connector = new ServerConnector(
                server, new SslConnectionFactory(secure, "alpn"), new ALPNServerConnectionFactory("h2"), frames);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.start();
    }

    public String url(String path) {
        return "https://localhost:" + port() + path;
    }

    public int port() {
        return connector.getLocalPort();
    }

    public void answers(Script next) {
        script = next;
    }

    public int open() {
        return connector.getConnectedEndPoints().size();
    }

    /** The number of connections so far. */
    public int accepted() {
        return sessions.size();
    }

    /** The requests in their order. */
    public List<Exchange> requests() {
        return exchanges;
    }

    /** The number of streams that the client has reset. */
    public int resets() {
        return resets.get();
    }

    /** Announces on the first connection that streams above {@code last} are ignored. */
    public void goAway(int last) {
        sessions.get(0).goAway(new GoAwayFrame(last, 0, null), Callback.NOOP);
    }

    /** Sends each client its limit of concurrent streams. */
    public void announceLimit(int most) {
        for (HTTP2Session session : sessions) {
            session.settings(
                    new SettingsFrame(Map.of(SettingsFrame.MAX_CONCURRENT_STREAMS, most), false), Callback.NOOP);
        }
    }

    @Override
    public void close() {
        LifeCycle.stop(server);
        threads.shutdownNow();
    }

    private static void join(CompletableFuture<?> frame) throws Exception {
        try {
            frame.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new InterruptedIOException("a frame was not sent: " + e);
        }
    }

    /** One stream, and its request. */
    public static final class Exchange {
        private final Stream stream;
        private final MetaData.Request request;
        private final AtomicLong received = new AtomicLong();
        private final CompletableFuture<Void> complete = new CompletableFuture<>();
        private final AtomicLong sent = new AtomicLong();

        private Exchange(Stream stream, MetaData.Request request) {
            this.stream = stream;
            this.request = request;
        }

        public int id() {
            return stream.getId();
        }

        public String method() {
            return request.getMethod();
        }

        public String path() {
            return request.getHttpURI().getPathQuery();
        }

        public String authority() {
            return request.getHttpURI().getAuthority();
        }

        public HttpFields headers() {
            return request.getHttpFields();
        }

        /** The length of the received body. */
        public long received() {
            return received.get();
        }

        /** The length of the sent part of the answer. */
        public long sent() {
            return sent.get();
        }

        public void awaitBody() throws Exception {
            join(complete);
        }

        public Exchange head(int status, boolean ends, String... headers) throws Exception {
            HttpFields.Mutable fields = HttpFields.build();
            for (String header : headers) {
                String[] field = header.split(": ", 2);
                fields.add(field[0], field[1]);
            }
            MetaData.Response head = new MetaData.Response(status, null, HttpVersion.HTTP_2, fields);
            join(stream.headers(new HeadersFrame(stream.getId(), head, null, ends)));
            return this;
        }

        public Exchange data(String text, boolean ends) throws Exception {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            int length = bytes.remaining();
            join(stream.data(new DataFrame(stream.getId(), bytes, ends)));
            sent.addAndGet(length);
            return this;
        }

        public void reset(int code) throws Exception {
            join(stream.reset(new ResetFrame(stream.getId(), code)));
        }

        /** Ends the connection and its running streams. */
        public void closeConnection() {
            ((HTTP2Session) stream.getSession()).disconnect();
        }

        public void ok() throws Exception {
            head(200, false).data("ok", true);
        }
    }

    private final class Sessions implements ServerSessionListener {

        @Override
        public void onAccept(Session session) {
            sessions.add((HTTP2Session) session);
        }

        @Override
        public Stream.Listener onNewStream(Stream stream, HeadersFrame frame) {
            // Also sends heads that the client does not accept.
            ((HTTP2Session) stream.getSession())
                    .getGenerator()
                    .getHpackEncoder()
                    .setMaxHeaderListSize(0);
            Exchange exchange = new Exchange(stream, (MetaData.Request) frame.getMetaData());
            exchanges.add(exchange);
            if (frame.isEndStream()) {
                exchange.complete.complete(null);
            } else {
                stream.demand();
            }
            Script answer = script;
            threads.execute(() -> answer(answer, exchange));
            return new Received(exchange);
        }
    }

    private static void answer(Script script, Exchange exchange) {
        try {
            script.answer(exchange);
        } catch (Exception e) {
            exchange.complete.completeExceptionally(e); // The client has disconnected, or the test has ended.
        }
    }

    private final class Received implements Stream.Listener {
        private final Exchange exchange;

        Received(Exchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public void onDataAvailable(Stream stream) {
            for (Stream.Data data = stream.readData(); data != null; data = stream.readData()) {
                exchange.received.addAndGet(data.frame().remaining());
                data.release();
                if (data.frame().isEndStream()) {
                    exchange.complete.complete(null);
                    return;
                }
            }
            stream.demand();
        }

        @Override
        public void onReset(Stream stream, ResetFrame frame, Callback callback) {
            resets.incrementAndGet();
            callback.succeeded();
        }
    }
}
