package dev.weir.component.http;

import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.stream.Continuations;
import dev.weir.upstream.UpstreamCall;
import dev.weir.upstream.UpstreamClient;
import dev.weir.upstream.UpstreamRequest;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;

/**
 * Sends requests, follows redirects and gives answers as soon as their headers have arrived. Never blocks.
 *
 * @param denyPrivate true to allow only public addresses in URLs that contain values of the run
 */
record HttpExchange(UpstreamClient client, boolean denyPrivate) {
    private static final System.Logger LOG = System.getLogger(HttpExchange.class.getName());

    /**
     * The answer to {@code request}, with its body unread. The caller must close it. The future completes on a task thread.
     * It fails with a {@link dev.weir.WeirException} when no answer arrived.
     *
     * @param fromRun whether the URL contains values of the run
     */
    CompletableFuture<HttpAnswer> send(UpstreamRequest request, boolean fromRun, CallContext context) {
        return send(request.guarded(denyPrivate && fromRun), 0, context);
    }

    private CompletableFuture<HttpAnswer> send(UpstreamRequest request, int hops, CallContext context) {
        return answer(request, context).thenCompose(answer -> {
            UpstreamRequest redirected;
            try {
                redirected = Redirects.followed(answer, request, hops);
            } catch (RuntimeException | Error e) {
                answer.close();
                throw e;
            }
            if (redirected == null) {
                return CompletableFuture.completedFuture(answer);
            }
            answer.close();
            LOG.log(Level.DEBUG, "redirected to {0}", UpstreamErrors.target(redirected.uri()));
            // The upstream chooses a redirect target, not the configuration: it is treated like a URL of the run.
            boolean elsewhere = !Redirects.sameOrigin(request.uri(), redirected.uri());
            return send(redirected.guarded(request.publicOnly() || (denyPrivate && elsewhere)), hops + 1, context);
        });
    }

    private CompletableFuture<HttpAnswer> answer(UpstreamRequest request, CallContext context) {
        context.cancellation().throwIfCancelled();
        AnswerReceiver receiver = new AnswerReceiver();
        CompletableFuture<AnswerReceiver.Head> head = receiver.head();
        UpstreamCall call = client.send(request, receiver);
        try {
            context.bound(head);
            Continuations.closing(
                    head,
                    context.timers()
                            .after(
                                    context.timeout(),
                                    () -> head.completeExceptionally(late(request, call, context)),
                                    refusal -> head.completeExceptionally(UpstreamErrors.noTimer())));
            CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
            Continuations.then(
                    Continuations.onTask(head, context.tasks(), unwanted -> {}),
                    (arrived, failure) -> {
                        if (arrived != null && failure == null) {
                            answer.complete(new HttpAnswer(arrived, call, receiver, context));
                        } else if (failure != null) {
                            answer.completeExceptionally(context.reported(
                                    UpstreamErrors.noAnswer(request.uri(), request.publicOnly(), failure)));
                        }
                    },
                    answer);
            Continuations.then(
                    answer,
                    (given, failure) -> {
                        if (failure != null) {
                            call.cancel();
                        }
                    },
                    answer);
            return answer;
        } catch (RuntimeException | Error e) {
            head.completeExceptionally(e);
            call.cancel();
            throw e;
        }
    }

    private static RuntimeException late(UpstreamRequest request, UpstreamCall call, CallContext context) {
        return call.state() == UpstreamCall.State.WAITING
                ? UpstreamErrors.noConnectionFree(request.uri(), context.timeout())
                : UpstreamErrors.late(request.uri(), context.timeout());
    }
}
