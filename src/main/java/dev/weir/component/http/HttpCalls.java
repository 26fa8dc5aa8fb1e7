package dev.weir.component.http;

import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.http.protocol.ModelOperations;
import dev.weir.config.HttpAction;
import dev.weir.config.HttpTransport;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.stream.Continuations;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import dev.weir.telemetry.Operation;
import dev.weir.upstream.UpstreamRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Calls the actions of an HTTP API, for every component that speaks HTTP. Bodies are read at the consumer's pace.
 * Thread-safe.
 */
public final class HttpCalls implements AutoCloseable {
    /** Long enough for an answer that is generated before its headers are sent. Every wait has a limit. */
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

    /** Without this limit, a host that drops packets would block a call until the TCP time-out of the operating system. */
    private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** Without this limit, an upstream that sends data slowly and never ends would be read for ever. */
    private static final Duration DEFAULT_TOTAL_TIMEOUT = Duration.ofMinutes(30);

    private final Duration timeout;
    private final Duration totalTimeout;
    private final RetryPolicy retries;
    private final HttpLimits limits;
    private final HttpExchange exchange;
    private final Tasks tasks;
    private final Timers timers;
    private final Runnable release;

    /**
     * Calls over {@code exchange}.
     *
     * @param tasks runs the continuations of a call
     * @param release returns the client of {@code exchange}
     */
    HttpCalls(
            HttpTransport transport,
            HttpLimits limits,
            HttpExchange exchange,
            Tasks tasks,
            Timers timers,
            Runnable release) {
        this.limits = limits;
        this.exchange = exchange;
        this.tasks = tasks;
        this.timers = timers;
        this.release = release;
        this.timeout = transport.timeout().orElse(DEFAULT_TIMEOUT);
        this.totalTimeout = transport.totalTimeout().orElse(DEFAULT_TOTAL_TIMEOUT);
        this.retries = RetryPolicy.of(
                transport, timeout, () -> ThreadLocalRandom.current().nextDouble());
    }

    /**
     * Calls with the pools and limits of the server.
     *
     * @param denyPrivate true to allow only public addresses in URLs that contain values of the run
     */
    public static HttpCalls of(
            HttpTransport transport, boolean denyPrivate, Settings settings, Pools pools, Upstreams.Lease lease) {
        HttpLimits limits = new HttpLimits(
                settings.streams().capacity(),
                settings.streams().capacityBytes(),
                settings.upstreams().maxEventBytes(),
                settings.upstreams().maxAnswerBytes());
        HttpExchange exchange = new HttpExchange(lease.client(), denyPrivate);
        return new HttpCalls(transport, limits, exchange, pools.tasks(), new Timers(pools.timers()), lease.release());
    }

    /** The longest wait for a connection. */
    public static Duration connectTimeout(HttpTransport transport) {
        Duration timeout = transport.timeout().orElse(DEFAULT_TIMEOUT);
        Duration otherwise = timeout.compareTo(DEFAULT_CONNECT_TIMEOUT) < 0 ? timeout : DEFAULT_CONNECT_TIMEOUT;
        return transport.connectTimeout().orElse(otherwise);
    }

    /** Releases the client. Calls in progress continue. */
    @Override
    public void close() {
        release.run();
    }

    /**
     * Calls {@code action} with the values of {@code invocation}. Never blocks. The future gives the value, the beginning of the stream, or a
     * {@link WeirException}; a cancellation ends the call.
     *
     * @param baseUrl the base of the action's path; null if the action has its own endpoint
     */
    public CompletableFuture<Output> call(HttpAction action, @Nullable Template baseUrl, Invocation invocation) {
        Deadline deadline = Deadline.after(totalTimeout, timers);
        CallContext context = new CallContext(
                limits,
                timeout,
                tasks,
                timers,
                invocation.trace(),
                invocation.meter(),
                invocation.cancellation(),
                deadline);
        CompletableFuture<Output> output =
                new RetriedCall(() -> attempt(action, baseUrl, invocation.scope(), context), retries, context).begin();
        Continuations.closing(output, deadline::close);
        return output;
    }

    private CompletableFuture<Output> attempt(
            HttpAction action, @Nullable Template baseUrl, Scope scope, CallContext context) {
        return answer(action, baseUrl, scope, context)
                .thenCompose(answer -> answer.closedAfter(
                        () -> answer.succeeded().thenCompose(none -> output(answer, action, baseUrl, scope, context))));
    }

    private CompletableFuture<Output> output(
            HttpAnswer answer, HttpAction action, @Nullable Template baseUrl, Scope scope, CallContext context) {
        return action.completion() == null
                ? answer.output(action, scope)
                : new Polling(this, action, baseUrl, scope, context).begin(answer);
    }

    /** The answer to one request of {@code action}, with any status. The caller must close it. */
    CompletableFuture<HttpAnswer> answer(
            HttpAction action, @Nullable Template baseUrl, Scope scope, CallContext context) {
        return Continuations.started(() -> {
            UpstreamRequest request = HttpRequests.request(action, baseUrl, scope);
            operation(action, baseUrl, request.uri()).ifPresent(context.meter()::describe);
            return exchange.send(HttpRequests.traced(request, context.trace()), comesFromRun(action, baseUrl), context);
        });
    }

    /**
     * The operation of a request, if it is one of a model. An input of a run may name any number of hosts and models: they are
     * hidden.
     */
    static Optional<Operation> operation(HttpAction action, @Nullable Template baseUrl, URI uri) {
        Template base = action.endpoint() == null ? baseUrl : action.endpoint();
        Optional<Operation> operation = ModelOperations.of(uri, Redirects.port(uri), model(action));
        return base != null && isConfigured(base) ? operation : operation.map(Operation::anywhere);
    }

    /** The model that the body's template names itself; empty if the body names none. */
    private static String model(HttpAction action) {
        if (action.body() == null || !(action.body().source() instanceof Map<?, ?> body) || body.get("model") == null) {
            return "";
        }
        return body.get("model") instanceof String model && !model.contains("${") ? model : Operation.OTHER;
    }

    /** Whether a template contains no values of the run. */
    private static boolean isConfigured(Template template) {
        return template.references().stream().allMatch(reference -> reference.source() == Source.ENV);
    }

    /** Whether the URL contains values of the run: of a client's input or of an upstream's answer. */
    private static boolean comesFromRun(HttpAction action, @Nullable Template baseUrl) {
        Template base = action.endpoint() == null ? baseUrl : null;
        return Arrays.asList(action.endpoint(), base, action.path(), action.params()).stream()
                .anyMatch(template -> template != null && !isConfigured(template));
    }
}
