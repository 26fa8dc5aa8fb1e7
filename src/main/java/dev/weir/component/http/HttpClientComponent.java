package dev.weir.component.http;

import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.component.Component;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.Readiness;
import dev.weir.config.ActionConfig;
import dev.weir.config.HttpAction;
import dev.weir.config.HttpClientConfig;
import dev.weir.config.StreamFormat;
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

/** Calls an HTTP API. One pooled client a component; bodies are read at their reader's pace. */
final class HttpClientComponent implements Component {
    /** Long enough for an answer that is written as a whole; no wait is without an end. */
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

    private final HttpClientConfig config;
    private final Duration timeout;
    private final HttpLimits limits;
    private final HttpClient client;
    private final ScheduledExecutorService timers;
    private final HttpRequests requests;

    HttpClientComponent(
            HttpClientConfig config, HttpLimits limits, HttpClient client, ScheduledExecutorService timers) {
        this.config = config;
        this.limits = limits;
        this.client = client;
        this.timers = timers;
        this.timeout = config.transport().timeout().orElse(DEFAULT_TIMEOUT);
        this.requests = new HttpRequests(config.baseUrl(), timeout);
    }

    @Override
    public String id() {
        return config.id();
    }

    @Override
    public Readiness readiness() {
        return new Readiness.Ready();
    }

    @Override
    public Output invoke(Invocation invocation) throws InterruptedException {
        HttpAction action = ActionConfig.named(config.actions(), invocation.actionId());
        HttpRequest request = requests.request(action, invocation.scope());
        HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = send(request, invocation.cancellation());
        HttpAnswer answer = new HttpAnswer(response, limits, timeout, timers, invocation.cancellation());
        answer.throwIfFailed();
        boolean streams = action.output() == null
                ? action.streamFormat() != StreamFormat.NONE
                : action.output().streams();
        return streams
                ? answer.streamed(action, invocation.scope())
                : new Output.Value(whole(answer, action, invocation));
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

    private static @Nullable Object whole(HttpAnswer answer, HttpAction action, Invocation invocation)
            throws InterruptedException {
        Object value = answer.whole(action.streamFormat());
        Template output = action.output();
        return output == null ? value : output.render(invocation.scope().with(Source.RESPONSE, value));
    }

    /** The client's threads are the pool's, which ends with the application; its connections end when it is collected. */
    @Override
    public void close() {}
}
