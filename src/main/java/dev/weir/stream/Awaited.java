package dev.weir.stream;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An outcome that comes once and that many wait for, each as long as it likes: a wait that is given up leaves nothing behind, unlike
 * a copy of a {@link CompletableFuture}, which stays with its origin until that is completed. Thread-safe.
 */
public final class Awaited<T> {
    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private final Map<Object, CompletableFuture<T>> waits = new ConcurrentHashMap<>();

    /** Gives the outcome, and ends every wait on this thread; false if it was there before. */
    public boolean complete(T value) {
        return outcome.complete(value) && ended();
    }

    /** Gives a failure as the outcome, and ends every wait on this thread; false if it was there before. */
    public boolean completeExceptionally(Throwable failure) {
        return outcome.completeExceptionally(failure) && ended();
    }

    private boolean ended() {
        waits.values().forEach(this::end);
        return true;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The outcome is there: what follows has run when this returns.
    private void end(CompletableFuture<T> wait) {
        outcome.whenComplete((value, failure) -> Continuations.complete(wait, value, failure));
    }

    /** Whether the outcome is there. */
    public boolean isDone() {
        return outcome.isDone();
    }

    /** The value, if it is there and no failure; otherwise null. Never blocks. */
    public @Nullable T value() {
        return outcome.isDone() && !outcome.isCompletedExceptionally() ? outcome.join() : null;
    }

    /** The failure, if it is there; otherwise null. Never blocks. */
    public @Nullable Throwable failure() {
        return outcome.isCompletedExceptionally()
                ? outcome.handle((value, failure) -> Continuations.cause(failure))
                        .join()
                : null;
    }

    /** A wait of its own for the outcome. Completing it in any way ends this wait and no other. */
    @SuppressWarnings("FutureReturnValueIgnored") // The wait itself is what is returned.
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

    /** How many wait now. */
    int waits() {
        return waits.size();
    }
}
