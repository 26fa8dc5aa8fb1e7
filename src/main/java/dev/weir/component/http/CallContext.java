package dev.weir.component.http;

import dev.weir.WeirException;
import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Timers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * What bounds one call, from its first attempt to the end of its stream.
 *
 * @param timeout the longest wait for an answer's headers, and for each next piece of it
 * @param cancellation the run's
 */
record CallContext(HttpLimits limits, Duration timeout, Timers timers, Cancellation cancellation, Deadline deadline) {

    /** Waits for {@code future} on the run's own thread, as long as neither the run nor the call's time ends. */
    <T> T await(CompletableFuture<T> future) throws InterruptedException, ExecutionException {
        Cancellation.Registration cancelled = cancellation.onCancel(() -> future.cancel(false));
        Cancellation.Registration expired = deadline.onExpiry(future::completeExceptionally);
        try {
            return future.get();
        } finally {
            cancelled.close();
            expired.close();
        }
    }

    /**
     * Lets {@code wait} pass. It is a timer that ends it, or the end of the run or of the call's time.
     *
     * @throws WeirException when the run was cancelled or the call's time is over
     */
    void pause(Duration wait) throws InterruptedException {
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        Cancellation.Registration timer = timers.after(
                wait, () -> over.complete(true), refusal -> over.completeExceptionally(UpstreamErrors.noTimer()));
        try {
            await(over);
        } catch (ExecutionException e) {
            throw WeirException.of(e.getCause());
        } finally {
            timer.close();
            cancellation.throwIfCancelled();
        }
    }
}
