package dev.weir.component.http;

import dev.weir.WeirException;
import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Continuations;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * What bounds one call, from its first attempt to the end of its stream.
 *
 * @param timeout the longest wait for an answer's headers, and for each next piece of it
 * @param tasks run what follows each wait
 * @param cancellation the run's
 */
record CallContext(
        HttpLimits limits, Duration timeout, Tasks tasks, Timers timers, Cancellation cancellation, Deadline deadline) {

    /** Ends {@code future} when the run or the call's time ends; nothing is left of that when it has ended. */
    void bound(CompletableFuture<?> future) {
        Continuations.closing(future, cancellation.onCancel(() -> future.cancel(false)));
        Continuations.closing(future, deadline.onExpiry(future::completeExceptionally));
    }

    /** {@code failure} as the call tells it: the end of the run comes before what it looks like. */
    Throwable told(Throwable failure) {
        try {
            cancellation.throwIfCancelled();
            return failure;
        } catch (WeirException e) {
            return e;
        }
    }

    /**
     * Lets {@code wait} pass. The future completes on a task's thread, and fails when the run was cancelled or the call's time is over.
     */
    CompletableFuture<Void> pause(Duration wait) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        bound(over);
        Continuations.closing(
                over,
                timers.after(
                        wait,
                        () -> over.complete(null),
                        refusal -> over.completeExceptionally(UpstreamErrors.noTimer())));
        CompletableFuture<Void> told = new CompletableFuture<>();
        Continuations.then(
                Continuations.onTask(over, tasks, none -> {}),
                (none, failure) -> {
                    // Cancelled in the moment between the timer and the task, it does not go on.
                    cancellation.throwIfCancelled();
                    Continuations.complete(told, null, failure);
                },
                told);
        return told;
    }
}
