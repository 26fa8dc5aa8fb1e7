package dev.weir.stream;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Continuations of futures that pass every failure on, run on task threads where needed, and remove their registrations.
 * Stateless.
 */
public final class Continuations {
    private Continuations() {}

    /** Completes {@code future} with the value, or with the failure if there is one; false if it was completed before. */
    public static <T> boolean complete(CompletableFuture<T> future, @Nullable T value, @Nullable Throwable failure) {
        return failure == null ? future.complete(value) : future.completeExceptionally(cause(failure));
    }

    /** Returns the failure without the wrappers that futures add. */
    public static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /**
     * Returns the future that {@code step} returns, or a future that has failed with the exception that {@code step} throws.
     */
    public static <T> CompletableFuture<T> started(Supplier<CompletableFuture<T>> step) {
        try {
            return step.get();
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Closes {@code registration} when {@code future} ends: at once if it has ended. */
    @SuppressWarnings("FutureReturnValueIgnored") // No continuation follows.
    public static void closing(CompletableFuture<?> future, Cancellation.Registration registration) {
        future.whenComplete((value, failure) -> registration.close());
    }

    /**
     * Returns a future with the outcome of {@code future} that completes on a task's thread. If no thread can be had, it
     * fails on the thread that completed {@code future}.
     *
     * @param unwanted releases a value for which no thread could be had, on the thread that completed {@code future}
     */
    @SuppressWarnings("FutureReturnValueIgnored") // The continuation completes the returned future.
    public static <T> CompletableFuture<T> onTask(
            CompletableFuture<T> future, Tasks tasks, Consumer<? super T> unwanted) {
        CompletableFuture<T> onTask = new CompletableFuture<>();
        future.whenComplete((value, failure) -> tasks.execute(
                () -> complete(onTask, value, failure), refusal -> refused(onTask, value, failure, refusal, unwanted)));
        return onTask;
    }

    private static <T> void refused(
            CompletableFuture<T> onTask,
            @Nullable T value,
            @Nullable Throwable failure,
            Throwable refusal,
            Consumer<? super T> unwanted) {
        try {
            if (failure == null && value != null) {
                unwanted.accept(value);
            }
        } finally {
            onTask.completeExceptionally(Tasks.refusal(refusal));
        }
    }

    /**
     * Hands the outcome of {@code future} to {@code step}, with null for the absent part. An exception of {@code step} fails
     * {@code result}, so that no wait for {@code result} lasts for ever.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // A failure of the step is given to the result.
    public static <T> void then(
            CompletableFuture<T> future,
            BiConsumer<? super @Nullable T, ? super @Nullable Throwable> step,
            CompletableFuture<?> result) {
        future.whenComplete((value, failure) -> {
            try {
                step.accept(value, failure == null ? null : cause(failure));
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
    }
}
