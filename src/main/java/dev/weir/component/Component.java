package dev.weir.component;

import dev.weir.WeirException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Something that a job calls: a local model, an HTTP upstream or a service. All runs share it: implementations are
 * thread-safe. The resources of a call belong to that call and are released when it ends.
 */
public interface Component extends AutoCloseable {

    /** The id in the configuration. */
    String id();

    /** Whether the component can serve now. */
    Readiness readiness();

    /** The work of the component's model. Empty for a component without a model, and while no text-generating model is loaded. */
    default Optional<Activity> activity() {
        return Optional.empty();
    }

    /**
     * Calls one action. Returns at once.
     *
     * <p>The future gives the value, the beginning of the stream, or a {@link WeirException}. The exception's message
     * leaves out the component's id. The future may complete on any thread: dependent stages must not block. Cancelling the
     * invocation completes the future.
     *
     * <p>The caller owns the source of a stream and must close it. The component closes a source that it gets after the
     * cancellation.
     */
    CompletableFuture<Output> call(Invocation invocation);

    /** Releases all resources. The runs that use the component are cancelled before. */
    @Override
    void close();
}
