package dev.weir.upstream.jetty;

import dev.weir.stream.Cancellation;
import dev.weir.stream.Timers;
import dev.weir.upstream.ClientOptions;
import dev.weir.upstream.UpstreamCall;
import dev.weir.upstream.UpstreamClient;
import dev.weir.upstream.UpstreamFailure;
import dev.weir.upstream.UpstreamFailure.Kind;
import dev.weir.upstream.UpstreamReceiver;
import dev.weir.upstream.UpstreamRequest;
import dev.weir.upstream.address.AddressLookup;
import dev.weir.upstream.proxy.Proxies;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.ContinueProtocolHandler;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.EarlyHintsProtocolHandler;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.ProcessingProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.jspecify.annotations.Nullable;

/**
 * A client over HTTP/1.1, on Jetty's client. Threads and timers are given. Thread-safe.
 *
 * <p>Bodies are read and delivered on a selector thread. For that Jetty needs two declarations that no code blocks: one for
 * the transport here, and one for each demand in {@link JettyCall}.
 */
final class JettyClient implements UpstreamClient {
    static final int MAX_HEAD_BYTES = 64 << 10;
    private static final Duration DESTINATION_IDLE = Duration.ofMinutes(1);

    /** The time in which an upstream that has sent the whole answer may take the rest of the request. */
    private static final Duration UPLOAD = Duration.ofSeconds(1);

    private final HttpClient client;
    private final Timers timers;
    private final Runnable afterPiece;
    private final Proxies proxies;
    private final AddressLookup lookup;
    private volatile boolean closed;

    /**
     * Starts the client.
     *
     * @param threads runs blocking work, and one thread for each selector until the client is closed; not shut down by the
     *     client
     * @param timers not shut down by the client
     */
    JettyClient(ClientOptions options, Executor threads, ScheduledExecutorService timers) {
        this(options, threads, timers, InetAddress::getAllByName);
    }

    /**
     * Starts the client with another look-up.
     *
     * @param names looks up host names
     */
    JettyClient(ClientOptions options, Executor threads, ScheduledExecutorService timers, AddressLookup.Names names) {
        this.afterPiece = options.afterPiece();
        this.proxies = options.proxies();
        this.timers = new Timers(timers);
        this.lookup = new AddressLookup(names, options.connectTimeout(), threads, timers);
        client = new HttpClient(new OneAnswer(Connectors.of(options, threads, timers), options.maxWaiting()));
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

    /** Starts Jetty's client and removes the handlers that it adds: they would decode bodies and follow redirects. */
    private void start() {
        Connectors.start(client);
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
            // The proxy looks up the name again: this is the only check of the address.
            lookup.addresses(request.uri().getHost(), true, Promise.from(addresses -> call.send(), call::fail));
        } else {
            call.send();
        }
        return call;
    }

    /** A request of Jetty that is not sent yet. */
    Request jettyRequest(UpstreamRequest request) {
        Request made = client.newRequest(request.uri())
                .version(HttpVersion.HTTP_1_1)
                .method(request.method())
                // The tag gives these calls destinations of their own, without connections that were opened unchecked.
                .tag(request.publicOnly() ? AddressLookup.PUBLIC_ONLY : null)
                // A reader may stall and a model may compute for long: the caller has its own time-outs.
                .idleTimeout(0, TimeUnit.MILLISECONDS)
                .headers(fields -> request.headers()
                        .fields()
                        .forEach(field -> fields.add(new HttpField(field.name(), field.value()))));
        if (!request.body().isEmpty()) {
            made.body(new BytesRequestContent(null, request.body().toArray(byte[][]::new)));
        }
        return made;
    }

    /** Whether calls to that host wait for a free connection. */
    boolean isFull(URI uri, @Nullable Object tag) {
        Request probe = client.newRequest(uri).tag(tag).version(HttpVersion.HTTP_1_1);
        return client.resolveDestination(probe) instanceof UpstreamDestination destination && destination.isFull();
    }

    /** Runs {@code action} when the time for sending the rest of a request has passed. */
    Cancellation.Registration afterUpload(Runnable action) {
        return timers.after(UPLOAD, action, refusal -> action.run());
    }

    void afterPiece() {
        afterPiece.run();
    }

    /** The number of open connections, for tests. */
    int connections() {
        return client.getDestinations().stream()
                .mapToInt(destination -> ((UpstreamDestination) destination).connections())
                .sum();
    }

    @Override
    public void close() {
        closed = true;
        Connectors.stop(client);
    }

    /** The failure to report for {@code cause}. */
    UpstreamFailure failure(Throwable cause, JettyCall.Progress progress) {
        return closed
                ? new UpstreamFailure(Kind.CLOSED, "the client was closed", cause)
                : JettyFailures.of(cause, progress);
    }

    private static final class OneAnswer extends HttpClientTransportOverHTTP {
        private final int maxWaiting;

        OneAnswer(ClientConnector connector, int maxWaiting) {
            super(connector);
            this.maxWaiting = maxWaiting;
            setInvocationType(InvocationType.NON_BLOCKING);
        }

        @Override
        public Destination newDestination(Origin origin) {
            return new UpstreamDestination(getHttpClient(), origin, maxWaiting);
        }
    }
}
