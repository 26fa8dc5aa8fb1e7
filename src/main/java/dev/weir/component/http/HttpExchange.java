package dev.weir.component.http;

import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.stream.Cancellation;
import dev.weir.upstream.UpstreamCall;
import dev.weir.upstream.UpstreamClient;
import dev.weir.upstream.UpstreamRequest;
import java.lang.System.Logger.Level;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;

/**
 * Sends requests and waits for the headers of their answers, following redirects.
 *
 * @param denyPrivate whether URLs that a run's input has a part in may lead to public addresses only
 */
record HttpExchange(UpstreamClient client, boolean denyPrivate) {
    private static final System.Logger LOG = System.getLogger(HttpExchange.class.getName());

    /**
     * The answer to {@code request}, whose body is still to be read; to be closed.
     *
     * @param fromRun whether a run's input has a part in the URL
     * @throws dev.weir.WeirException when no answer came
     */
    HttpAnswer send(UpstreamRequest request, boolean fromRun, CallContext context) throws InterruptedException {
        UpstreamRequest next = request.guarded(denyPrivate && fromRun);
        for (int hops = 0; ; hops++) {
            HttpAnswer answer = answer(next, context);
            UpstreamRequest redirected;
            try {
                redirected = Redirects.followed(answer, next, hops);
            } catch (RuntimeException e) {
                answer.close();
                throw e;
            }
            if (redirected == null) {
                return answer;
            }
            answer.close();
            // Where the upstream sends us is no more the configuration's choice than the run's.
            boolean elsewhere = !Redirects.sameOrigin(next.uri(), redirected.uri());
            next = redirected.guarded(next.publicOnly() || (denyPrivate && elsewhere));
            LOG.log(Level.DEBUG, "redirected to {0}", UpstreamErrors.target(next.uri()));
        }
    }

    private HttpAnswer answer(UpstreamRequest request, CallContext context) throws InterruptedException {
        context.cancellation().throwIfCancelled();
        AnswerReceiver receiver = new AnswerReceiver();
        UpstreamCall call = client.send(request, receiver);
        Cancellation.Registration late = context.timers()
                .after(
                        context.timeout(),
                        () -> receiver.head().completeExceptionally(late(request, call, context)),
                        refusal -> receiver.head().completeExceptionally(UpstreamErrors.noTimer()));
        boolean answered = false;
        try {
            AnswerReceiver.Head head = context.await(receiver.head());
            answered = true;
            return new HttpAnswer(head, call, receiver, context);
        } catch (ExecutionException | CancellationException e) {
            context.cancellation().throwIfCancelled();
            throw UpstreamErrors.noAnswer(request.uri(), e);
        } finally {
            late.close();
            if (!answered) {
                call.cancel();
            }
        }
    }

    private static RuntimeException late(UpstreamRequest request, UpstreamCall call, CallContext context) {
        return call.state() == UpstreamCall.State.WAITING
                ? UpstreamErrors.noConnectionFree(request.uri(), context.timeout())
                : UpstreamErrors.late(request.uri(), context.timeout());
    }
}
