package dev.weir.stream;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An outcome that comes once, with any number of waits for it. A cancelled wait is removed at once, unlike a dependent of a
 * {@link CompletableFuture}, which stays until the future completes. Thread-safe.
 */
public final class Awaited<T> {
    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private final Map<Object, CompletableFuture<T>> waits = new ConcurrentHashMap<>();

    /** Sets the outcome and completes every wait on this thread; false if there was an outcome already. */
    public boolean complete(T value) {
        return outcome.complete(value) && ended();
    }

    /** Sets a failure as the outcome and completes every wait on this thread; false if there was an outcome already. */
    public boolean completeExceptionally(Throwable failure) {
        return outcome.completeExceptionally(failure) && ended();
    }

    private boolean ended() {
        waits.values().forEach(this::end);
        return true;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The outcome is known: the continuation has run when this returns.
    private void end(CompletableFuture<T> wait) {
        outcome.whenComplete((value, failure) -> Continuations.complete(wait, value, failure));
    }

    /** True if there is an outcome. */
    public boolean isDone() {
        return outcome.isDone();
    }

    /** Returns the value; null if there is no outcome yet or the outcome is a failure. Never blocks. */
    public @Nullable T value() {
        return outcome.isDone() && !outcome.isCompletedExceptionally() ? outcome.join() : null;
    }

    /** Returns the failure without its wrappers; null if there is no outcome yet or the outcome is a value. Never blocks. */
    public @Nullable Throwable failure() {
        return outcome.isCompletedExceptionally()
                ? outcome.handle((value, failure) -> Continuations.cause(failure))
                        .join()
                : null;
    }

    /** Returns a separate wait for the outcome. To complete or cancel the future ends this wait and no other. */
    @SuppressWarnings("FutureReturnValueIgnored") // The wait itself is returned.
    public CompletableFuture<T> await() {
        CompletableFuture<T> wait = new CompletableFuture<>();
        Object key = new Object();
        waits.put(key, wait);
        wait.whenComplete((value, failure) -> waits.remove(key));
        if (outcome.isDone()) {
            end(wait);
        }
        return wait;
    }

    /** Returns the number of current waits. */
    int waits() {
        return waits.size();
    }
}
