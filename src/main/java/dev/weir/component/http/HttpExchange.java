package dev.weir.component.http;

import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.stream.Continuations;
import dev.weir.upstream.UpstreamCall;
import dev.weir.upstream.UpstreamClient;
import dev.weir.upstream.UpstreamRequest;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;

/**
 * Sends requests and gives the headers of their answers, following redirects. Never blocks.
 *
 * @param denyPrivate whether URLs that a run's input has a part in may lead to public addresses only
 */
record HttpExchange(UpstreamClient client, boolean denyPrivate) {
    private static final System.Logger LOG = System.getLogger(HttpExchange.class.getName());

    /**
     * The answer to {@code request}, whose body is still to be read; to be closed. The future completes on a task's thread, and fails
     * with a {@link dev.weir.WeirException} when no answer came.
     *
     * @param fromRun whether a run's input has a part in the URL
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
            // Where the upstream sends us is no more the configuration's choice than the run's.
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
                            answer.completeExceptionally(context.told(
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
