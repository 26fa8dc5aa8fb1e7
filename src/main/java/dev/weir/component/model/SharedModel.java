package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Readiness;
import dev.weir.inference.LoadedModel;
import dev.weir.stream.Awaited;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Continuations;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A model that is loaded once and used by every component that names it. The last release closes it. Thread-safe.
 *
 * @see SharedModels
 */
final class SharedModel {
    private final String name;
    private final Awaited<LoadedModel> loading;
    private final Duration loadTimeout;
    private final LoadProgress progress;
    private final Runnable release;

    /**
     * Makes a shared model.
     *
     * @param release ends one use. The last release closes the model, or closes it as soon as it has loaded
     */
    SharedModel(
            String name, Awaited<LoadedModel> loading, LoadProgress progress, Duration loadTimeout, Runnable release) {
        this.name = name;
        this.loading = loading;
        this.progress = progress;
        this.loadTimeout = loadTimeout;
        this.release = release;
    }

    /** Ends one use. */
    void release() {
        release.run();
    }

    Readiness readiness() {
        if (!loading.isDone()) {
            return progress.readiness();
        }
        return loaded().<Readiness>map(model -> new Readiness.Ready())
                .orElseGet(() -> new Readiness.Failed(failure(loading.failure()).detail()));
    }

    /** The model, if it is loaded. */
    Optional<LoadedModel> loaded() {
        return Optional.ofNullable(loading.value());
    }

    /** Calls the consumer with the model as soon as it has loaded, at most once. The consumer must not block. */
    @SuppressWarnings("FutureReturnValueIgnored") // Calls that wait for the model report its failure.
    void onLoad(Consumer<LoadedModel> consumer) {
        loading.await().thenAccept(consumer);
    }

    /**
     * Waits for the model, at most for the load time-out. The future completes on a task thread. It fails with
     * {@link ErrorCode#NOT_READY}, or when the run is cancelled.
     */
    CompletableFuture<LoadedModel> ready(Cancellation cancellation, Tasks tasks, Timers timers) {
        CompletableFuture<LoadedModel> ready = loading.await();
        Continuations.closing(ready, cancellation.onCancel(() -> ready.cancel(false)));
        Continuations.closing(
                ready,
                timers.after(
                        loadTimeout,
                        () -> ready.completeExceptionally(late()),
                        refusal -> ready.completeExceptionally(Tasks.refusal(refusal))));
        return Continuations.onTask(ready, tasks, unwanted -> {}).handle((model, failure) -> {
            cancellation.throwIfCancelled();
            if (failure == null) {
                return model;
            }
            Throwable cause = Continuations.cause(failure);
            throw new CompletionException(cause == loading.failure() ? failure(cause) : cause);
        });
    }

    private WeirException late() {
        return new WeirException(
                ErrorCode.NOT_READY,
                "model " + name + " is still loading after " + loadTimeout.toSeconds()
                        + " s (weir.model.load-timeout)");
    }

    private WeirException failure(@Nullable Throwable failure) {
        WeirException cause = WeirException.of(
                failure == null ? new IllegalStateException("model " + name + " has loaded") : failure);
        return new WeirException(ErrorCode.NOT_READY, "model " + name + " cannot be loaded: " + cause.detail(), cause);
    }
}
