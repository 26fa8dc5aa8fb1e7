package dev.weir.component.http;

import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.component.Output;
import dev.weir.component.http.error.UpstreamException;
import dev.weir.config.HttpAction;
import dev.weir.config.HttpTransport;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Timers;
import dev.weir.upstream.UpstreamRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Calls actions of an HTTP API: what every component that speaks HTTP shares. Bodies are read at their reader's pace. Thread-safe.
 */
final class HttpCalls implements AutoCloseable {
    /** Long enough for an answer that is written as a whole; no wait is without an end. */
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

    /** A host that drops packets would otherwise be waited for as long as the system's TCP is patient. */
    private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final Duration timeout;
    private final Optional<Duration> totalTimeout;
    private final RetryPolicy retries;
    private final HttpLimits limits;
    private final HttpExchange exchange;
    private final Timers timers;
    private final Runnable release;

    /** @param release gives the client of {@code exchange} back */
    HttpCalls(HttpTransport transport, HttpLimits limits, HttpExchange exchange, Timers timers, Runnable release) {
        this.limits = limits;
        this.exchange = exchange;
        this.timers = timers;
        this.release = release;
        this.timeout = transport.timeout().orElse(DEFAULT_TIMEOUT);
        this.totalTimeout = transport.totalTimeout();
        this.retries = RetryPolicy.of(
                transport, timeout, () -> ThreadLocalRandom.current().nextDouble());
    }

    /**
     * Calls with the server's own threads and limits.
     *
     * @param denyPrivate whether URLs that a run's input has a part in may lead to public addresses only
     */
    static HttpCalls of(
            HttpTransport transport, boolean denyPrivate, Settings settings, Pools pools, Upstreams.Lease lease) {
        HttpLimits limits = new HttpLimits(
                settings.streamCapacity(),
                settings.streamCapacityBytes(),
                settings.maxEventBytes(),
                settings.maxAnswerBytes());
        HttpExchange exchange = new HttpExchange(lease.client(), denyPrivate);
        return new HttpCalls(transport, limits, exchange, new Timers(pools.timers()), lease.release());
    }

    /** The longest wait for a connection. */
    static Duration connectTimeout(HttpTransport transport) {
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
     * Calls {@code action}. Blocks until its value, the beginning of its stream or its failure is there; a cancellation ends
     * the wait.
     *
     * @param baseUrl what the action's path is appended to; null if it has its own endpoint
     * @throws WeirException what failed
     */
    Output call(HttpAction action, @Nullable Template baseUrl, Scope scope, Cancellation cancellation)
            throws InterruptedException {
        try (Deadline deadline = Deadline.after(totalTimeout, timers)) {
            return retried(action, baseUrl, scope, new CallContext(limits, timeout, timers, cancellation, deadline));
        }
    }

    private Output retried(HttpAction action, @Nullable Template baseUrl, Scope scope, CallContext context)
            throws InterruptedException {
        for (int attempts = 1; ; attempts++) {
            try {
                Output output = attempt(action, baseUrl, scope, context);
                return retries.maxRetries() > 0 && output instanceof Output.Streamed streamed
                        ? BegunSource.begun(streamed)
                        : output;
            } catch (UpstreamException e) {
                Optional<Duration> wait = retries.wait(attempts, e);
                if (wait.isEmpty() || context.deadline().isBefore(wait.get())) {
                    throw retries.last(attempts, e);
                }
                context.pause(wait.get());
            }
        }
    }

    private Output attempt(HttpAction action, @Nullable Template baseUrl, Scope scope, CallContext context)
            throws InterruptedException {
        try (HttpAnswer answer = answer(action, baseUrl, scope, context)) {
            answer.throwIfFailed();
            return action.completion() == null
                    ? answer.output(action, scope)
                    : new Polling(this, action, baseUrl, context).await(answer, scope);
        }
    }

    /** The answer to one request of {@code action}, whatever its status; to be closed. */
    HttpAnswer answer(HttpAction action, @Nullable Template baseUrl, Scope scope, CallContext context)
            throws InterruptedException {
        UpstreamRequest request = HttpRequests.request(action, baseUrl, scope);
        return exchange.send(request, comesFromRun(action, baseUrl), context);
    }

    /** Whether what a client sent, or what an upstream answered to it, has a part in the URL. */
    private static boolean comesFromRun(HttpAction action, @Nullable Template baseUrl) {
        Template base = action.endpoint() == null ? baseUrl : null;
        return Arrays.asList(action.endpoint(), base, action.path(), action.params()).stream()
                .anyMatch(template -> template != null
                        && template.references().stream().anyMatch(reference -> reference.source() != Source.ENV));
    }
}
