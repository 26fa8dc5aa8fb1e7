package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Readiness;
import dev.weir.inference.LoadedModel;
import dev.weir.stream.Cancellation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A model that loads once and serves every component that names it; the last one to release it closes it. Thread-safe.
 *
 * @see SharedModels
 */
final class SharedModel {
    private final String name;
    private final CompletableFuture<LoadedModel> loading;
    private final Duration loadTimeout;
    private final Runnable whenUnused;
    private final LoadProgress progress;
    private int users;

    /** @param whenUnused forgets the model, and ends its loading */
    SharedModel(
            String name,
            CompletableFuture<LoadedModel> loading,
            LoadProgress progress,
            Duration loadTimeout,
            Runnable whenUnused) {
        this.name = name;
        this.loading = loading;
        this.progress = progress;
        this.loadTimeout = loadTimeout;
        this.whenUnused = whenUnused;
    }

    synchronized SharedModel use() {
        users++;
        return this;
    }

    /** Gives up one use; with the last, the model is closed, or will be as soon as it has loaded. */
    @SuppressWarnings(
            "FutureReturnValueIgnored") // Nobody waits for a model that still loads when it is no longer wanted.
    void release() {
        synchronized (this) {
            if (--users != 0) {
                return;
            }
        }
        whenUnused.run();
        loading.thenAccept(LoadedModel::close);
    }

    Readiness readiness() {
        if (!loading.isDone()) {
            return progress.readiness();
        }
        return loading.isCompletedExceptionally()
                ? new Readiness.Failed(failure().detail())
                : new Readiness.Ready();
    }

    /** The model, if it has loaded. */
    Optional<LoadedModel> loaded() {
        return loading.isDone() && !loading.isCompletedExceptionally() ? Optional.of(loading.join()) : Optional.empty();
    }

    /** The loaded model; waits for it at most the load time-out. */
    LoadedModel await(Cancellation cancellation) throws InterruptedException {
        CompletableFuture<LoadedModel> loaded = loading.copy();
        Cancellation.Registration cancelling = cancellation.onCancel(() -> loaded.cancel(true));
        try {
            return loaded.get(loadTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "model " + name + " is still loading after " + loadTimeout.toSeconds()
                            + " s (weir.model.load-timeout)",
                    e);
        } catch (ExecutionException | CancellationException e) {
            cancellation.throwIfCancelled();
            throw failure();
        } finally {
            cancelling.close();
        }
    }

    private WeirException failure() {
        try {
            loading.join();
            throw new IllegalStateException("model " + name + " has loaded");
        } catch (CompletionException e) {
            WeirException cause = WeirException.of(e.getCause() == null ? e : e.getCause());
            return new WeirException(
                    ErrorCode.NOT_READY, "model " + name + " cannot be loaded: " + cause.detail(), cause);
        }
    }
}
