package dev.weir.component.http;

import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.component.Output;
import dev.weir.config.HttpAction;
import dev.weir.config.HttpTransport;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Continuations;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Calls actions of an HTTP API: what every component that speaks HTTP shares. Bodies are read at their reader's pace. Thread-safe.
 */
public final class HttpCalls implements AutoCloseable {
    /** Long enough for an answer that is written as a whole; no wait is without an end. */
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

    /** A host that drops packets would otherwise be waited for as long as the system's TCP is patient. */
    private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** An upstream that sends something now and then, but never the end, would otherwise be read for ever. */
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
     * @param tasks run what follows an upstream's signals
     * @param release gives the client of {@code exchange} back
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
     * Calls with the server's own threads and limits.
     *
     * @param denyPrivate whether URLs that a run's input has a part in may lead to public addresses only
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

    /** Gives the client back; calls that go on are not ended. */
    @Override
    public void close() {
        release.run();
    }

    /**
     * Calls {@code action}. The future gives its value, the beginning of its stream, or a {@link WeirException} that tells what failed; a
     * cancellation ends it. Never blocks.
     *
     * @param baseUrl what the action's path is appended to; null if it has its own endpoint
     */
    public CompletableFuture<Output> call(
            HttpAction action, @Nullable Template baseUrl, Scope scope, Cancellation cancellation) {
        Deadline deadline = Deadline.after(totalTimeout, timers);
        CallContext context = new CallContext(limits, timeout, tasks, timers, cancellation, deadline);
        CompletableFuture<Output> output =
                new RetriedCall(() -> attempt(action, baseUrl, scope, context), retries, context).begin();
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

    /** The answer to one request of {@code action}, whatever its status; to be closed. */
    CompletableFuture<HttpAnswer> answer(
            HttpAction action, @Nullable Template baseUrl, Scope scope, CallContext context) {
        return Continuations.started(() ->
                exchange.send(HttpRequests.request(action, baseUrl, scope), comesFromRun(action, baseUrl), context));
    }

    /** Whether what a client sent, or what an upstream answered to it, has a part in the URL. */
    private static boolean comesFromRun(HttpAction action, @Nullable Template baseUrl) {
        Template base = action.endpoint() == null ? baseUrl : null;
        return Arrays.asList(action.endpoint(), base, action.path(), action.params()).stream()
                .anyMatch(template -> template != null
                        && template.references().stream().anyMatch(reference -> reference.source() != Source.ENV));
    }
}
