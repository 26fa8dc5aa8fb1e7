package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.StackTraces;
import dev.weir.WeirException;
import dev.weir.config.ModelConfig;
import dev.weir.config.ModelLocation;
import dev.weir.inference.LoadedModel;
import dev.weir.inference.TextEncoder;
import dev.weir.inference.TextGenerator;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.ModelFolder;
import dev.weir.inference.spec.ModelOpening;
import dev.weir.inference.spec.Precision;
import dev.weir.stream.Awaited;
import dev.weir.stream.Cancellation;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;

/** The models in use. Each is loaded once, even if several components name it. Thread-safe. */
final class SharedModels {
    private static final System.Logger LOG = System.getLogger(SharedModels.class.getName());

    private final ModelSource source;
    private final InferenceSettings settings;
    private final LoadLimits limits;
    private final Executor executor;
    private final Map<Key, Used> models = new HashMap<>();

    /** A model with the number of its users. Both change under one lock: a model that is being closed must not be given out. */
    private static final class Used {
        private final SharedModel model;
        private final Awaited<LoadedModel> loading;
        private int users;

        Used(SharedModel model, Awaited<LoadedModel> loading) {
            this.model = model;
            this.loading = loading;
        }
    }

    /**
     * The settings that distinguish loaded models.
     *
     * @param settings the inference settings for the device
     * @param generates whether the model generates text or only reads it: these are different graphs
     */
    private record Key(
            ModelLocation location,
            Optional<ModelConfig.Precision> precision,
            InferenceSettings settings,
            boolean generates) {
        String name() {
            return location.toString();
        }
    }

    /**
     * Makes an empty set of models.
     *
     * @param executor runs the loading and the models' schedulers
     */
    SharedModels(ModelSource source, InferenceSettings settings, LoadLimits limits, Executor executor) {
        this.source = source;
        this.settings = settings;
        this.limits = limits;
        this.executor = executor;
    }

    /**
     * The model at {@code location}. A new model begins to load.
     *
     * @param device {@code cpu}, {@code cuda} or {@code cuda:n}
     * @param mask removes secrets from log lines
     */
    synchronized SharedModel use(
            ModelLocation location,
            Optional<ModelConfig.Precision> precision,
            String device,
            boolean generates,
            UnaryOperator<String> mask) {
        Key key = new Key(location, precision, settings.on(device), generates);
        Used known = models.get(key);
        if (known != null && known.loading.failure() != null) {
            // Load again: a missing file or network may be available now. Users of the failed model keep it.
            models.remove(key);
        }
        Used used = models.computeIfAbsent(key, made -> begin(made, mask));
        used.users++;
        return used.model;
    }

    /** Ends one use. True for the last use: the next use of {@code key} loads the model again. */
    private synchronized boolean forget(Key key, Awaited<LoadedModel> loading) {
        Used used = models.get(key);
        if (used == null || used.loading != loading || --used.users > 0) {
            return false;
        }
        models.remove(key);
        return true;
    }

    private Used begin(Key key, UnaryOperator<String> mask) {
        LoadProgress progress = new LoadProgress();
        Awaited<LoadedModel> loading = new Awaited<>();
        Cancellation cancellation = new Cancellation();
        FutureTask<?> task = new FutureTask<>(() -> load(key, progress, new Load(loading, cancellation), mask), null);
        SharedModel model = new SharedModel(
                key.name(), loading, progress, limits.loadTimeout(), () -> release(key, loading, task, cancellation));
        try {
            executor.execute(task);
        } catch (RuntimeException | Error e) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "model " + mask.apply(key.name()) + " cannot be loaded: the server has no thread for it",
                    e);
        }
        return new Used(model, loading);
    }

    private void release(Key key, Awaited<LoadedModel> loading, FutureTask<?> task, Cancellation cancellation) {
        if (!forget(key, loading)) {
            return;
        }
        cancellation.cancel("the model is no longer used"); // Ends a run of its graph.
        task.cancel(true); // Ends a download; a model that is loaded by then is closed.
        loading.completeExceptionally(new WeirException(ErrorCode.NOT_READY, "the model is no longer used"));
        LoadedModel loaded = loading.value();
        if (loaded != null) {
            loaded.close();
        }
    }

    /** A load in progress, with its result and its cancellation. */
    private record Load(Awaited<LoadedModel> loading, Cancellation cancellation) {
        /** Fails the waiting calls and ends the graph run in progress. */
        void late(Duration limit) {
            loading.completeExceptionally(new WeirException(
                    ErrorCode.NOT_READY,
                    "opening its files took longer than allowed (" + limit.toSeconds()
                            + " s, weir.model.load-timeout): use a smaller model, or raise the limit"));
            cancellation.cancel("the model took too long to load (weir.model.load-timeout)");
        }
    }

    private void load(Key key, LoadProgress progress, Load load, UnaryOperator<String> mask) {
        String name = mask.apply(key.name());
        Awaited<LoadedModel> loading = load.loading();
        try {
            LoadedModel model = load(key, progress, name, load);
            if (!loading.complete(model)) {
                model.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            loading.completeExceptionally(new WeirException(ErrorCode.NOT_READY, "loading was ended", e));
        } catch (WeirException e) {
            boolean first = loading.completeExceptionally(e);
            Throwable cause = first ? e : loading.failure();
            String detail = cause instanceof WeirException failure ? failure.detail() : String.valueOf(cause);
            LOG.log(Level.ERROR, "model {0} cannot be loaded: {1}", name, mask.apply(detail));
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "model {0} cannot be loaded: {1}", name, mask.apply(StackTraces.of(e)));
            loading.completeExceptionally(e);
        }
    }

    private LoadedModel load(Key key, LoadProgress progress, String name, Load load) throws InterruptedException {
        Precision precision = ModelSource.precision(key.location(), key.precision());
        Path directory = source.folder(key.location(), precision, progress);
        progress.downloaded();
        long begun = System.nanoTime();
        Cancellation.Registration late = limits.afterLoadTimeout(() -> load.late(limits.loadTimeout()));
        LoadedModel model;
        try {
            ModelFolder folder = new ModelFolder(directory);
            model = open(folder, usable(folder, precision, key, name), key, load.cancellation());
        } finally {
            late.close();
        }
        LOG.log(
                Level.INFO,
                "model {0} is ready after {1} ms, context {2} tokens",
                name,
                (System.nanoTime() - begun) / 1_000_000,
                model.contextLength());
        if (model instanceof TextGenerator generator) {
            generator
                    .chatProblem()
                    .ifPresent(problem -> LOG.log(Level.WARNING, "model {0} cannot chat: {1}", name, problem));
        }
        return model;
    }

    /** Returns the precision, or the best one with a warning if the folder has no graph of the precision. */
    private static Precision usable(ModelFolder folder, Precision wanted, Key key, String name) {
        Optional<String> other = ModelSource.namesGraph(key.location()) ? Optional.empty() : folder.substitute(wanted);
        if (other.isEmpty()) {
            return wanted;
        }
        LOG.log(Level.WARNING, "model {0} has no graph of the precision {1}: {2} runs", name, wanted, other.get());
        return Precision.BEST;
    }

    private LoadedModel open(ModelFolder folder, Precision precision, Key key, Cancellation cancellation) {
        ModelOpening opening = new ModelOpening(limits.trial(), limits.run(), cancellation);
        return key.generates()
                ? TextGenerator.open(folder, precision, key.settings(), executor, opening)
                : TextEncoder.open(folder, precision, key.settings(), executor, opening);
    }
}
