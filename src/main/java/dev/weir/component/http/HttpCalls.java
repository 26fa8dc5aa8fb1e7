package dev.weir.component.http;

import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.component.Output;
import dev.weir.config.HttpAction;
import dev.weir.config.HttpTransport;
import dev.weir.config.StreamFormat;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.stream.Cancellation;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Calls actions of an HTTP API: what every component that speaks HTTP shares. One pooled client; bodies are read at their
 * reader's pace. Thread-safe.
 */
final class HttpCalls {
    /** Long enough for an answer that is written as a whole; no wait is without an end. */
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

    private final Duration timeout;
    private final HttpLimits limits;
    private final HttpClient client;
    private final ScheduledExecutorService timers;
    private final HttpRequests requests;

    HttpCalls(HttpTransport transport, HttpLimits limits, HttpClient client, ScheduledExecutorService timers) {
        this.limits = limits;
        this.client = client;
        this.timers = timers;
        this.timeout = transport.timeout().orElse(DEFAULT_TIMEOUT);
        this.requests = new HttpRequests(timeout);
    }

    /** Calls with the server's own threads and limits. */
    static HttpCalls of(HttpTransport transport, Settings settings, Pools pools) {
        HttpClient.Builder client =
                HttpClient.newBuilder().executor(pools.http()).followRedirects(HttpClient.Redirect.NEVER);
        transport.connectTimeout().ifPresent(client::connectTimeout);
        HttpLimits limits =
                new HttpLimits(settings.streamCapacity(), settings.maxEventBytes(), settings.maxAnswerBytes());
        return new HttpCalls(transport, limits, client.build(), pools.timers());
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
        HttpRequest request = requests.request(action, baseUrl, scope);
        HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = send(request, cancellation);
        HttpAnswer answer = new HttpAnswer(response, limits, timeout, timers, cancellation);
        answer.throwIfFailed();
        boolean streams = action.output() == null
                ? action.streamFormat() != StreamFormat.NONE
                : action.output().streams();
        return streams ? answer.streamed(action, scope) : new Output.Value(whole(answer, action, scope));
    }

    private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(HttpRequest request, Cancellation cancellation)
            throws InterruptedException {
        cancellation.throwIfCancelled();
        CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> response =
                client.sendAsync(request, BodyHandlers.ofPublisher());
        Cancellation.Registration cancelling = cancellation.onCancel(() -> response.cancel(true));
        try {
            return response.get();
        } catch (ExecutionException | CancellationException e) {
            cancellation.throwIfCancelled();
            throw UpstreamErrors.noAnswer(request.uri(), e);
        } catch (InterruptedException e) {
            abandon(response);
            throw e;
        } finally {
            cancelling.close();
        }
    }

    /** Ends a call whether or not its answer has begun; a body that nobody reads would hold its connection for ever. */
    private void abandon(CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> response) {
        if (!response.cancel(true) && !response.isCompletedExceptionally()) {
            UpstreamBody.read(response.join().body(), new PieceDecoder(1), 1, timeout, timers)
                    .close();
        }
    }

    private static @Nullable Object whole(HttpAnswer answer, HttpAction action, Scope scope)
            throws InterruptedException {
        Object value = answer.whole(action.streamFormat());
        Template output = action.output();
        return output == null ? value : output.render(withResponse(scope, value));
    }

    private static Scope withResponse(Scope scope, @Nullable Object response) {
        return (source, name) -> source == Source.RESPONSE ? response : scope.value(source, name);
    }
}
