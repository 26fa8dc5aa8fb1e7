package dev.weir.component;

import dev.weir.WeirException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a job calls: a local model, an HTTP upstream. Shared by all runs, thread-safe; what one call holds belongs to that
 * call and ends with it.
 */
public interface Component extends AutoCloseable {

    /** The id in the configuration. */
    String id();

    /** Whether it can serve now. */
    Readiness readiness();

    /** What its model is doing; empty for a component that has none, or none that is loaded and generates text. */
    default Optional<Activity> activity() {
        return Optional.empty();
    }

    /**
     * Calls one action. Returns at once; the future gives its value, the beginning of its stream, or a {@link WeirException} that
     * tells what failed, without the component's id. It is completed on any thread, which whatever follows must not hold up.
     * Cancelling the invocation completes it. A stream's source belongs to the caller, who must close it; one that comes after its
     * invocation was cancelled has been closed.
     */
    CompletableFuture<Output> call(Invocation invocation);

    /** Frees what it holds. The runs that use it have been cancelled before. */
    @Override
    void close();
}
