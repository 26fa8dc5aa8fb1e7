package dev.weir.component.model;

import dev.weir.WeirException;
import dev.weir.config.ModelConfig.Precision;
import dev.weir.config.ModelLocation;
import dev.weir.inference.InferenceSettings;
import dev.weir.inference.ModelFolder;
import dev.weir.inference.TextGenerator;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The models in use, each loaded once however many components name it. Thread-safe. */
final class SharedModels {
    private static final System.Logger LOG = System.getLogger(SharedModels.class.getName());

    private final InferenceSettings settings;
    private final Duration loadTimeout;
    private final Executor executor;
    private final Map<Key, SharedModel> models = new HashMap<>();

    private record Key(ModelLocation location, Optional<Precision> precision) {}

    /** @param executor runs the loading, and the models' schedulers */
    SharedModels(InferenceSettings settings, Duration loadTimeout, Executor executor) {
        this.settings = settings;
        this.loadTimeout = loadTimeout;
        this.executor = executor;
    }

    /** The model in that folder, which begins to load if it is new. */
    synchronized SharedModel use(ModelLocation.Local location, Optional<Precision> precision) {
        Key key = new Key(location, precision);
        return models.computeIfAbsent(key, absent -> begin(absent, location.directory()))
                .use();
    }

    private SharedModel begin(Key key, Path directory) {
        CompletableFuture<TextGenerator> loading =
                CompletableFuture.supplyAsync(() -> load(directory, key.precision()), executor);
        return new SharedModel(directory.getFileName().toString(), loading, loadTimeout, () -> forget(key));
    }

    private synchronized void forget(Key key) {
        models.remove(key);
    }

    private TextGenerator load(Path directory, Optional<Precision> precision) {
        long begun = System.nanoTime();
        try {
            TextGenerator generator = TextGenerator.open(new ModelFolder(directory), of(precision), settings, executor);
            LOG.log(
                    Level.INFO,
                    "model {0} is ready after {1} ms, context {2} tokens",
                    directory,
                    (System.nanoTime() - begun) / 1_000_000,
                    generator.contextLength());
            return generator;
        } catch (WeirException e) {
            LOG.log(Level.ERROR, "model {0} cannot be loaded: {1}", directory, e.detail());
            throw e;
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "model " + directory + " cannot be loaded", e);
            throw e;
        }
    }

    private static dev.weir.inference.Precision of(Optional<Precision> precision) {
        return precision
                .map(named -> dev.weir.inference.Precision.of(named.name()))
                .orElse(dev.weir.inference.Precision.BEST);
    }
}
