package dev.weir.upstream.jetty;

import dev.weir.stream.Timers;
import dev.weir.upstream.ClientOptions;
import dev.weir.upstream.Protocol;
import dev.weir.upstream.UpstreamCall;
import dev.weir.upstream.UpstreamClient;
import dev.weir.upstream.UpstreamFailure;
import dev.weir.upstream.UpstreamFailure.Kind;
import dev.weir.upstream.UpstreamReceiver;
import dev.weir.upstream.UpstreamRequest;
import dev.weir.upstream.address.AddressLookup;
import dev.weir.upstream.proxy.ProxyAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.HTTP2ClientConnectionFactory;
import org.eclipse.jetty.io.ClientConnectionFactory;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.util.Promise;

/**
 * A client for https over HTTP/2. Another client takes requests over plain http. It also takes requests to upstreams that
 * speak only HTTP/1.1, if the options allow that. Threads and timers are given. Thread-safe.
 *
 * <p>No code blocks while a connection is read: every frame is handled on a selector thread.
 */
final class Http2Client implements UpstreamClient {
    /** The interval between pings: upstreams treat frequent pings as an attack. */
    static final Duration BETWEEN_PINGS = Duration.ofSeconds(10);
    /** The time without an answer to a ping after which new calls use another connection. */
    static final Duration PING_DOUBT = Duration.ofSeconds(1);
    /** The time without an answer to a ping after which the connection is closed. */
    static final Duration PING_ANSWER = Duration.ofSeconds(10);

    private static final String REMEDY =
            " (HTTP/2 alone is offered; if the upstream does not speak it, set http_version to auto or 1.1)";
    /** The delay in which a pending end can arrive. */
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private final ClientOptions options;
    private final Timers timers;
    private final AddressLookup lookup;
    private final HTTP2Client http2;
    private final UpstreamClient older;
    private final Http1Upstreams olderUpstreams = new Http1Upstreams();
    private final Map<Http2Origin, Http2Host> hosts = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * Starts the client.
     *
     * @param threads runs blocking work, and one thread for each selector until the client is closed; not shut down by the
     *     client
     * @param timers not shut down by the client
     * @param older takes requests that HTTP/2 cannot serve; closed with this client
     */
    Http2Client(ClientOptions options, Executor threads, ScheduledExecutorService timers, UpstreamClient older) {
        this.options = options;
        this.timers = new Timers(timers);
        this.older = older;
        this.lookup = new AddressLookup(InetAddress::getAllByName, options.connectTimeout(), threads, timers);
        ClientConnector connector = Connectors.of(options, threads, timers);
        connector.setConnectTimeout(options.connectTimeout());
        // Valid until the connection speaks HTTP/2. After that only a connection without a stream is idle.
        connector.setIdleTimeout(options.connectTimeout());
        http2 = new HTTP2Client(connector);
        http2.setFlowControlStrategyFactory(StreamWindows::new);
        http2.setInitialStreamRecvWindow(StreamWindows.STREAM_BYTES);
        http2.setInitialSessionRecvWindow(StreamWindows.CONNECTION_BYTES);
        http2.setMaxConcurrentPushedStreams(0);
        http2.setMaxRequestHeadersSize(JettyClient.MAX_HEAD_BYTES);
        http2.setMaxResponseHeadersSize(Http2Connection.FATAL_HEAD_BYTES);
        http2.setStreamIdleTimeout(0);
        http2.setApplicationProtocols(
                options.protocol() == Protocol.HTTP_2 ? List.of("h2") : List.of("h2", "http/1.1"));
        Connectors.start(http2);
    }

    @Override
    public UpstreamCall send(UpstreamRequest request, UpstreamReceiver receiver) {
        boolean secure = "https".equalsIgnoreCase(request.uri().getScheme());
        if (!secure || olderUpstreams.contains(Http2Origin.of(request))) {
            return older.send(request, receiver);
        }
        Http2Call call = new Http2Call(this, request, receiver);
        submit(call, false);
        return call;
    }

    private void submit(Http2Call call, boolean again) {
        boolean taken = false;
        while (!taken && !closed) {
            Http2Host host = hosts.computeIfAbsent(
                    Http2Origin.of(call.upstreamRequest()), origin -> new Http2Host(this, origin));
            taken = host.submit(call, again);
            if (!taken) {
                hosts.remove(host.origin(), host);
            } else if (closed) {
                host.close(new ClosedChannelException());
            }
        }
        if (!taken) {
            call.fail(new ClosedChannelException());
        }
    }

    /** Sends a call again that the upstream did not process. */
    void repeat(Http2Call call) {
        submit(call, true);
    }

    /** Reports that no connection could be opened for a call. */
    void unsent(Http2Call call, Throwable why) {
        if (why instanceof NoHttp2 && options.protocol() == Protocol.NEGOTIATED) {
            olderUpstreams.add(Http2Origin.of(call.upstreamRequest()));
            call.continueWith(older);
        } else {
            call.fail(why);
        }
    }

    /** Begins to open a connection. The result is reported to {@code host}. */
    void open(Http2Host host) {
        Http2Origin origin = host.origin();
        Optional<ProxyAddress> proxy = options.proxies().forTarget(origin.uri());
        Http2Attempt attempt =
                new Http2Attempt(this, host, proxy.map(ProxyAddress::port).orElse(origin.port()));
        if (proxy.isEmpty()) {
            lookup.addresses(origin.host(), origin.publicOnly(), attempt);
        } else if (origin.publicOnly()) {
            // The proxy looks up the name again: this is the only check of the address.
            Promise<InetAddress[]> checked =
                    Promise.from(found -> lookup.addresses(proxy.get().host(), false, attempt), attempt::failed);
            lookup.addresses(origin.host(), true, checked);
        } else {
            lookup.addresses(proxy.get().host(), false, attempt);
        }
    }

    /** Connects to an address. The connection reports to its attempt when it speaks HTTP/2. */
    void connect(
            Http2Origin origin, InetSocketAddress address, Http2Connection connection, Consumer<Throwable> failed) {
        Map<String, Object> context = new ConcurrentHashMap<>();
        context.put(ClientConnectionFactory.CONTEXT_KEY, new Negotiated());
        options.proxies()
                .forTarget(origin.uri())
                .ifPresent(proxy -> context.put(
                        ClientConnectionFactory.Decorator.CONTEXT_KEY, new ProxyTunnel.Decorator(origin, proxy)));
        Promise<Session> opened = Promise.from(session -> {}, failed);
        Connectors.inThisApplication(() -> {
                    try {
                        http2.connect(
                                Transport.TCP_IP,
                                http2.getClientConnector().getSslContextFactory(),
                                address,
                                connection,
                                opened,
                                context);
                    } catch (RuntimeException | Error e) {
                        failed.accept(e);
                    }
                })
                .run();
    }

    /** Creates the HTTP/2 connection if the upstream has selected HTTP/2. */
    private static final class Negotiated implements ClientConnectionFactory {
        private final ClientConnectionFactory http2 = new HTTP2ClientConnectionFactory();

        @Override
        public Connection newConnection(EndPoint endPoint, Map<String, Object> context) throws IOException {
            if (!"h2".equals(context.get(ClientConnector.APPLICATION_PROTOCOL_CONTEXT_KEY))) {
                throw new NoHttp2();
            }
            return http2.newConnection(endPoint, context);
        }
    }

    int maxConnections() {
        return options.maxConnections();
    }

    int maxWaiting() {
        return options.maxWaiting();
    }

    Duration idle() {
        return options.idle();
    }

    Duration connectTimeout() {
        return options.connectTimeout();
    }

    void afterPiece() {
        options.afterPiece().run();
    }

    /** Runs an action after a delay, or at once if no timer is available. */
    void timer(Duration after, Runnable action) {
        timers.after(after, action, refusal -> action.run());
    }

    /** Runs an action after a short delay, in which a pending end can arrive. */
    void later(Runnable action) {
        timer(MOMENT, action);
    }

    boolean isClosed() {
        return closed;
    }

    void retireIfEmpty(Http2Host host) {
        if (host.retireIfEmpty()) {
            hosts.remove(host.origin(), host);
        }
    }

    /** The number of open connections, for tests. */
    int connections() {
        return hosts.values().stream().mapToInt(Http2Host::connections).sum();
    }

    /** The failure to report for {@code cause}. */
    UpstreamFailure failure(Throwable cause, JettyCall.Progress progress) {
        if (closed) {
            return new UpstreamFailure(Kind.CLOSED, "the client was closed", cause);
        }
        UpstreamFailure failure = JettyFailures.of(cause, progress);
        return failure.kind() == Kind.NOT_SECURE
                        && options.protocol() == Protocol.HTTP_2
                        && !(cause instanceof SSLPeerUnverifiedException)
                ? new UpstreamFailure(Kind.NOT_SECURE, failure.getMessage() + REMEDY, cause)
                : failure;
    }

    @Override
    public void close() {
        closed = true;
        hosts.values().forEach(host -> host.close(new ClosedChannelException()));
        try {
            Connectors.stop(http2);
        } finally {
            older.close();
        }
    }
}
