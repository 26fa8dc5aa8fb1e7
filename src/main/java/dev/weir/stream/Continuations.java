package dev.weir.stream;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a call goes on when a future has its outcome: on a task's thread, with each failure passed on and each registration taken back.
 * Without state.
 */
public final class Continuations {
    private Continuations() {}

    /** Completes {@code future} with the value, or with the failure if there is one; false if it was completed before. */
    public static <T> boolean complete(CompletableFuture<T> future, @Nullable T value, @Nullable Throwable failure) {
        return failure == null ? future.complete(value) : future.completeExceptionally(cause(failure));
    }

    /** The failure itself, without what futures wrap around it. */
    public static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The future that {@code step} gives; what it throws is that future's failure. */
    public static <T> CompletableFuture<T> started(Supplier<CompletableFuture<T>> step) {
        try {
            return step.get();
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Closes {@code registration} when {@code future} ends: at once if it has ended. */
    @SuppressWarnings("FutureReturnValueIgnored") // Nothing follows.
    public static void closing(CompletableFuture<?> future, Cancellation.Registration registration) {
        future.whenComplete((value, failure) -> registration.close());
    }

    /**
     * The outcome of {@code future} on a task's thread: what follows never runs on the thread that has completed {@code future}.
     *
     * @param unwanted takes a value that no thread could be had for, and frees it; on the thread that has completed {@code future}
     */
    @SuppressWarnings("FutureReturnValueIgnored") // What follows is the future that is returned.
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
     * Hands the outcome of {@code future} to {@code step}. What that throws ends {@code result}, so that nothing waits for a step that
     * was not made.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // The failure of the step is handed to the result.
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
