package dev.weir.component.http;

import dev.weir.WeirException;
import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Continuations;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import dev.weir.telemetry.CallMeter;
import dev.weir.telemetry.TraceContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The limits and services of one call, from its first attempt to the end of its stream.
 *
 * @param timeout the longest wait for the headers of an answer, and for each next part of its body
 * @param tasks runs the continuations of each wait
 * @param trace the trace to which the requests belong
 * @param meter measures the call
 * @param cancellation ends the call with its run
 */
record CallContext(
        HttpLimits limits,
        Duration timeout,
        Tasks tasks,
        Timers timers,
        TraceContext trace,
        CallMeter meter,
        Cancellation cancellation,
        Deadline deadline) {

    /**
     * Ends {@code future} when the run is cancelled or the deadline passes. The registrations are removed when the future
     * ends.
     */
    void bound(CompletableFuture<?> future) {
        Continuations.closing(future, cancellation.onCancel(() -> future.cancel(false)));
        Continuations.closing(future, deadline.onExpiry(future::completeExceptionally));
    }

    /** The failure to report: a cancellation of the run comes before {@code failure}, which it may have caused. */
    Throwable reported(Throwable failure) {
        try {
            cancellation.throwIfCancelled();
            return failure;
        } catch (WeirException e) {
            return e;
        }
    }

    /** Completes after {@code wait}, on a task thread. Fails when the run is cancelled or the deadline passes. */
    CompletableFuture<Void> pause(Duration wait) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        bound(over);
        Continuations.closing(
                over,
                timers.after(
                        wait,
                        () -> over.complete(null),
                        refusal -> over.completeExceptionally(UpstreamErrors.noTimer())));
        CompletableFuture<Void> reported = new CompletableFuture<>();
        Continuations.then(
                Continuations.onTask(over, tasks, none -> {}),
                (none, failure) -> {
                    // The run may be cancelled between the timer and the task.
                    cancellation.throwIfCancelled();
                    Continuations.complete(reported, null, failure);
                },
                reported);
        return reported;
    }
}
