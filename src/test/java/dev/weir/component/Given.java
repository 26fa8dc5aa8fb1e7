package dev.weir.component;

import dev.weir.WeirException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The result of a call, for tests, which may block for it. */
public final class Given {
    private Given() {}

    /** Waits for the value of {@code future}. Throws the failure of the future. */
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

    /** Runs the behaviour of a fake component on the calling thread. */
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

    /** The behaviour of a fake component; it may block. */
    @FunctionalInterface
    public interface Behaviour {
        Output output() throws InterruptedException;
    }
}
