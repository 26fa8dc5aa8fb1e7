package dev.weir.upstream;

import dev.weir.stream.Cancellation;
import dev.weir.stream.Timers;
import dev.weir.upstream.UpstreamFailure.Kind;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.ContinueProtocolHandler;
import org.eclipse.jetty.client.EarlyHintsProtocolHandler;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.ProcessingProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Jetty's client. All its threads and timers are given to it. Thread-safe.
 *
 * <p>Every read stands on a selector's thread and is handed on there. Jetty does that only if it is told twice that nothing
 * blocks: of the transport here, of each demand in {@link JettyCall}.
 */
final class JettyClient implements UpstreamClient {
    static final int MAX_HEAD_BYTES = 64 << 10;
    private static final Duration DESTINATION_IDLE = Duration.ofMinutes(1);

    private static final long POOLED_BYTES = 4L << 20;

    private static final String HTTP2_REMEDY =
            " (HTTP/2 alone is offered; if the upstream does not speak it, set http_version to auto or 1.1)";

    /** How long an upstream that has answered whole may still take the request. */
    private static final Duration UPLOAD = Duration.ofSeconds(1);

    private final HttpClient client;
    private final Timers timers;
    private final Protocol protocol;
    private final Runnable afterPiece;
    private final Proxies proxies;
    private final AddressLookup lookup;
    private volatile boolean closed;

    /**
     * Starts the client.
     *
     * @param threads runs what blocks and keeps one thread a selector until the client is closed; not ended by it
     * @param timers not ended by it
     */
    JettyClient(ClientOptions options, Executor threads, ScheduledExecutorService timers) {
        this(options, threads, timers, InetAddress::getAllByName);
    }

    /** @param names looks host names up */
    JettyClient(ClientOptions options, Executor threads, ScheduledExecutorService timers, AddressLookup.Names names) {
        this.protocol = options.protocol();
        this.afterPiece = options.afterPiece();
        this.proxies = options.proxies();
        this.timers = new Timers(timers);
        this.lookup = new AddressLookup(names, options.connectTimeout(), threads, timers);
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(options.selectors());
        connector.setExecutor(task -> threads.execute(inThisApplication(task)));
        connector.setScheduler(new ScheduledExecutorScheduler(timers));
        connector.setByteBufferPool(new ArrayByteBufferPool(-1, 4096, 64 << 10, 256, POOLED_BYTES, POOLED_BYTES));
        connector.setSslContextFactory(SecureConnections.factory(options.tls()));
        client = new HttpClient(Transports.of(options.protocol(), connector, options.maxWaiting()));
        client.setSocketAddressResolver(lookup);
        client.setFollowRedirects(false);
        client.setUserAgentField(null);
        client.setDefaultRequestContentType(null);
        client.setConnectBlocking(false);
        client.setHttpCookieStore(new HttpCookieStore.Empty());
        client.setMaxConnectionsPerDestination(options.maxConnections());
        client.setMaxRequestsQueuedPerDestination(options.maxConnections() + options.maxWaiting());
        client.setConnectTimeout(options.connectTimeout().toMillis());
        client.setIdleTimeout(options.idle().toMillis());
        client.setDestinationIdleTimeout(DESTINATION_IDLE.toMillis());
        client.setMaxResponseHeadersSize(MAX_HEAD_BYTES);
        ProxyRoutes.configure(client, options.proxies());
        start();
    }

    /** HTTP/2 looks for its parts with the thread's class loader; with another one its calls would hang without an error. */
    private static Runnable inThisApplication(Runnable task) {
        return () -> {
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(JettyClient.class.getClassLoader());
            try {
                task.run();
            } finally {
                thread.setContextClassLoader(before);
            }
        };
    }

    /** What Jetty adds when it starts would decode bodies and follow redirects behind the back of the caller. */
    private void start() {
        Exception[] failure = new Exception[1];
        inThisApplication(() -> {
                    try {
                        client.start();
                    } catch (Exception e) {
                        failure[0] = e;
                    }
                })
                .run();
        if (failure[0] != null) {
            throw new IllegalStateException("the HTTP client does not start", failure[0]);
        }
        client.getContentDecoderFactories().clear();
        client.getProtocolHandlers().clear();
        client.getProtocolHandlers().put(new ContinueProtocolHandler());
        client.getProtocolHandlers().put(new ProcessingProtocolHandler());
        client.getProtocolHandlers().put(new EarlyHintsProtocolHandler());
    }

    @Override
    public UpstreamCall send(UpstreamRequest request, UpstreamReceiver receiver) {
        JettyCall call = new JettyCall(this, request, receiver);
        if (request.publicOnly() && proxies.forTarget(request.uri()).isPresent()) {
            // The proxy looks the name up again; nothing but this check stands before it.
            lookup.addresses(request.uri().getHost(), true, Promise.from(addresses -> call.send(), call::fail));
        } else {
            call.send();
        }
        return call;
    }

    /** A request of Jetty's that is not sent yet. */
    Request jettyRequest(UpstreamRequest request) {
        Request made = client.newRequest(request.uri())
                .method(request.method())
                // A destination of its own: a connection that was opened without a check of its address is not taken.
                .tag(request.publicOnly() ? AddressLookup.PUBLIC_ONLY : null)
                // The own reader may stall, and a model may think: who waits for this call has time-outs.
                .idleTimeout(0, TimeUnit.MILLISECONDS)
                .headers(fields -> request.headers()
                        .fields()
                        .forEach(field -> fields.add(new HttpField(field.name(), field.value()))));
        if (!request.body().isEmpty()) {
            made.body(new BytesRequestContent(null, request.body().toArray(byte[][]::new)));
        }
        if (wantsHttp2(request.uri())) {
            return made.version(HttpVersion.HTTP_2);
        }
        boolean negotiated =
                protocol == Protocol.NEGOTIATED && "https".equals(request.uri().getScheme());
        return negotiated ? made : made.version(HttpVersion.HTTP_1_1);
    }

    /** Whether only HTTP/2 will do. */
    boolean wantsHttp2(URI uri) {
        return protocol == Protocol.HTTP_2 && "https".equals(uri.getScheme());
    }

    /** Whether calls to that host wait for one of its connections to become free. */
    boolean isFull(URI uri, @Nullable Object tag) {
        Request probe = client.newRequest(uri).tag(tag).version(HttpVersion.HTTP_1_1);
        return client.resolveDestination(probe) instanceof UpstreamDestination destination && destination.isFull();
    }

    /** Runs {@code action} when a request whose answer is there has had time to go out. */
    Cancellation.Registration afterUpload(Runnable action) {
        return timers.after(UPLOAD, action, refusal -> action.run());
    }

    void afterPiece() {
        afterPiece.run();
    }

    /** How many connections are open, for tests. */
    int connections() {
        return client.getDestinations().stream()
                .mapToInt(destination -> ((UpstreamDestination) destination).connections())
                .sum();
    }

    @Override
    public void close() {
        closed = true;
        try {
            client.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP client does not end", e);
        }
    }

    /** The failure that a call to {@code uri} ends with when Jetty gives {@code cause}. */
    UpstreamFailure failure(URI uri, Throwable cause, JettyCall.Progress progress) {
        if (closed) {
            return new UpstreamFailure(Kind.CLOSED, "the client was closed", cause);
        }
        UpstreamFailure failure = Failures.of(cause, progress);
        return failure.kind() == Kind.NOT_SECURE && wantsHttp2(uri) && !(cause instanceof SSLPeerUnverifiedException)
                ? new UpstreamFailure(Kind.NOT_SECURE, failure.getMessage() + HTTP2_REMEDY, cause)
                : failure;
    }
}
