package dev.weir.component.http;

import dev.weir.component.http.error.UpstreamErrors;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests and waits for the headers of their answers, following redirects.
 *
 * @param denyPrivate whether URLs that a run's input has a part in may lead to public addresses only
 */
record HttpExchange(HttpClient client, boolean denyPrivate) {
    private static final System.Logger LOG = System.getLogger(HttpExchange.class.getName());

    /**
     * The answer to {@code request}, whose body is still to be read.
     *
     * @param fromRun whether a run's input has a part in the URL
     * @throws dev.weir.WeirException when no answer came
     */
    HttpAnswer send(HttpRequest request, boolean fromRun, CallContext context) throws InterruptedException {
        HttpRequest next = request;
        boolean guarded = denyPrivate && fromRun;
        for (int hops = 0; ; hops++) {
            if (guarded) {
                TargetGuard.check(next.uri());
            }
            HttpAnswer answer = new HttpAnswer(headers(next, context), context);
            URI target = Redirects.target(answer, next);
            if (target == null) {
                return answer;
            }
            answer.discard();
            HttpRequest from = next;
            next = Redirects.follow(from, answer.status(), target, hops);
            // Where the upstream sends us is no more the configuration's choice than the run's.
            guarded |= denyPrivate && !Redirects.sameOrigin(from.uri(), target);
            LOG.log(Level.DEBUG, "redirected to {0}", UpstreamErrors.target(target));
        }
    }

    private HttpResponse<Flow.Publisher<List<ByteBuffer>>> headers(HttpRequest request, CallContext context)
            throws InterruptedException {
        context.cancellation().throwIfCancelled();
        CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> sent =
                client.sendAsync(request, BodyHandlers.ofPublisher());
        CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> answer = sent.copy();
        Future<?> late = context.timers()
                .schedule(
                        () -> answer.completeExceptionally(UpstreamErrors.late(request.uri(), context.timeout())),
                        context.timeout().toNanos(),
                        TimeUnit.NANOSECONDS);
        try {
            return context.await(answer);
        } catch (ExecutionException | CancellationException e) {
            abandon(sent, context);
            context.cancellation().throwIfCancelled();
            throw UpstreamErrors.noAnswer(request.uri(), e);
        } catch (InterruptedException e) {
            abandon(sent, context);
            throw e;
        } finally {
            late.cancel(false);
        }
    }

    /** Ends a call whether or not its answer has begun; a body that nobody reads would hold its connection for ever. */
    private static void abandon(
            CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> sent, CallContext context) {
        if (!sent.cancel(true) && !sent.isCompletedExceptionally()) {
            new HttpAnswer(sent.join(), context).discard();
        }
    }
}
