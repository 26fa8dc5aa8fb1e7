package dev.weir.inference;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Continuations;
import dev.weir.stream.Tasks;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Limits the characters that are tokenised at the same time in this server, because each takes some hundred bytes of native
 * memory. Thread-safe.
 *
 * <p>Texts are encoded in the order of their arrival. A text that exceeds the limit is encoded alone. A waiting text holds no
 * thread.
 */
public final class EncodingBudget {
    private final long mostCharacters;
    private final Tasks tasks;
    // Guarded by this:
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private long used;

    /** A request for characters, with the future that completes when they are granted. */
    private static final class Turn {
        private final long characters;
        private final CompletableFuture<Turn> granted = new CompletableFuture<>();

        Turn(long characters) {
            this.characters = characters;
        }
    }

    /**
     * Creates a budget.
     *
     * @param mostCharacters the limit, at least 1
     * @param tasks run the encodings that had to wait
     */
    public EncodingBudget(long mostCharacters, Tasks tasks) {
        this.mostCharacters = mostCharacters;
        this.tasks = tasks;
    }

    /**
     * Runs {@code encoding} when the budget has room: at once on the calling thread, otherwise later on a thread of {@code
     * tasks}.
     *
     * @param characters the number of characters to encode
     * @return the result or the failure of {@code encoding}; fails with {@link ErrorCode#CANCELLED} when the run ends while it
     *     waits
     */
    public <T> CompletableFuture<T> during(long characters, Cancellation cancellation, Supplier<T> encoding) {
        Turn turn = new Turn(Math.min(mostCharacters, characters));
        if (tryAcquire(turn)) {
            return Continuations.started(() -> CompletableFuture.completedFuture(run(turn, cancellation, encoding)));
        }
        Continuations.closing(turn.granted, cancellation.onCancel(() -> leave(turn, cancellation)));
        return Continuations.onTask(turn.granted, tasks, this::release)
                .thenApply(granted -> run(granted, cancellation, encoding));
    }

    private synchronized boolean tryAcquire(Turn turn) {
        boolean fits = waiting.isEmpty() && used + turn.characters <= mostCharacters;
        if (fits) {
            used += turn.characters;
        } else {
            waiting.add(turn);
        }
        return fits;
    }

    private <T> T run(Turn turn, Cancellation cancellation, Supplier<T> encoding) {
        try {
            cancellation.throwIfCancelled();
            return encoding.get();
        } finally {
            release(turn);
        }
    }

    private void release(Turn turn) {
        List<Turn> next = new ArrayList<>();
        synchronized (this) {
            used -= turn.characters;
            grant(next);
        }
        next.forEach(granted -> granted.granted.complete(granted));
    }

    /** Called with the lock held. */
    private void grant(List<Turn> next) {
        while (!waiting.isEmpty() && used + waiting.element().characters <= mostCharacters) {
            Turn turn = waiting.remove();
            used += turn.characters;
            next.add(turn);
        }
    }

    private void leave(Turn turn, Cancellation cancellation) {
        List<Turn> next = new ArrayList<>();
        synchronized (this) {
            if (!waiting.remove(turn)) {
                return;
            }
            grant(next);
        }
        next.forEach(granted -> granted.granted.complete(granted));
        try {
            cancellation.throwIfCancelled();
        } catch (WeirException e) {
            turn.granted.completeExceptionally(e);
        }
    }

    /** Returns the number of waiting requests. */
    synchronized int waiting() {
        return waiting.size();
    }
}
