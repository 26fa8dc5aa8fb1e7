package dev.weir.component.http;

import dev.weir.component.Output;
import dev.weir.component.http.error.UpstreamException;
import dev.weir.stream.Continuations;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The attempts of one call, with the pauses between them. The steps run on task threads, one at a time. */
final class RetriedCall {
    private final Supplier<CompletableFuture<Output>> attempt;
    private final RetryPolicy retries;
    private final CallContext context;
    private final CompletableFuture<Output> result = new CompletableFuture<>();
    private int attempts;

    RetriedCall(Supplier<CompletableFuture<Output>> attempt, RetryPolicy retries, CallContext context) {
        this.attempt = attempt;
        this.retries = retries;
        this.context = context;
    }

    /** Makes the first attempt. The future gives the first output, or the failure of the last attempt. */
    CompletableFuture<Output> begin() {
        attempt();
        return result;
    }

    private void attempt() {
        attempts++;
        Continuations.then(Continuations.started(attempt).thenCompose(this::begun), this::attempted, result);
    }

    /** Waits for the first chunk, since a stream that fails before it may be tried again. */
    private CompletableFuture<Output> begun(Output output) {
        return retries.maxRetries() > 0 && output instanceof Output.Streamed streamed
                ? BegunSource.begun(streamed, context.tasks())
                : CompletableFuture.completedFuture(output);
    }

    private void attempted(@Nullable Output output, @Nullable Throwable failure) {
        if (failure instanceof UpstreamException upstream) {
            failed(upstream);
        } else if (!Continuations.complete(result, output, failure) && output instanceof Output.Streamed streamed) {
            streamed.chunks().close();
        }
    }

    private void failed(UpstreamException failure) {
        Optional<Duration> wait = retries.wait(attempts, failure);
        if (wait.isEmpty() || context.deadline().isBefore(wait.get())) {
            result.completeExceptionally(retries.last(attempts, failure));
            return;
        }
        Continuations.then(
                context.pause(wait.get()),
                (none, ended) -> {
                    if (ended == null) {
                        attempt();
                    } else {
                        result.completeExceptionally(ended);
                    }
                },
                result);
    }
}
