package dev.weir.component;

import dev.weir.WeirException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What a call gives in the end, for tests, which may wait for it. */
public final class Given {
    private Given() {}

    /** The value of {@code future}, waiting for it. Throws what the future failed with. */
    public static <T> T by(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("the future is not completed", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WeirException known) {
                throw known;
            }
            throw new AssertionError("the future failed with " + e.getCause(), e.getCause());
        }
    }

    /** Runs what a fake component does on the calling thread. */
    public static CompletableFuture<Output> now(Behaviour behaviour) {
        try {
            return CompletableFuture.completedFuture(behaviour.output());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(WeirException.shuttingDown(e));
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** What a fake component does; it may block. */
    @FunctionalInterface
    public interface Behaviour {
        Output output() throws InterruptedException;
    }
}
