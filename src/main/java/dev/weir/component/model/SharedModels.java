package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.Traces;
import dev.weir.WeirException;
import dev.weir.config.ModelConfig;
import dev.weir.config.ModelLocation;
import dev.weir.inference.InferenceSettings;
import dev.weir.inference.LoadedModel;
import dev.weir.inference.ModelFolder;
import dev.weir.inference.Precision;
import dev.weir.inference.TextEncoder;
import dev.weir.inference.TextGenerator;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;

/** The models in use, each loaded once however many components name it. Thread-safe. */
final class SharedModels {
    private static final System.Logger LOG = System.getLogger(SharedModels.class.getName());

    private final ModelSource source;
    private final InferenceSettings settings;
    private final Duration loadTimeout;
    private final Executor executor;
    private final Map<Key, SharedModel> models = new HashMap<>();

    /**
     * What makes a model another.
     *
     * @param settings those of its device
     * @param generates whether it generates text, or only reads it, which are different graphs
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

    /** @param executor runs the loading, and the models' schedulers */
    SharedModels(ModelSource source, InferenceSettings settings, Duration loadTimeout, Executor executor) {
        this.source = source;
        this.settings = settings;
        this.loadTimeout = loadTimeout;
        this.executor = executor;
    }

    /**
     * The model at that place, which begins to load if it is new.
     *
     * @param device {@code cpu}, {@code cuda} or {@code cuda:n}
     * @param mask leaves secrets out of what the log is told of it
     */
    synchronized SharedModel use(
            ModelLocation location,
            Optional<ModelConfig.Precision> precision,
            String device,
            boolean generates,
            UnaryOperator<String> mask) {
        Key key = new Key(location, precision, settings.on(device), generates);
        return models.computeIfAbsent(key, made -> begin(made, mask)).use();
    }

    private SharedModel begin(Key key, UnaryOperator<String> mask) {
        LoadProgress progress = new LoadProgress();
        CompletableFuture<LoadedModel> loading = new CompletableFuture<>();
        FutureTask<?> task = new FutureTask<>(() -> load(key, progress, loading, mask), null);
        executor.execute(task);
        return new SharedModel(key.name(), loading, progress, loadTimeout, () -> {
            forget(key);
            task.cancel(true); // Ends a download; what is loaded by then is closed.
            loading.completeExceptionally(new WeirException(ErrorCode.NOT_READY, "it is no longer wanted"));
        });
    }

    private synchronized void forget(Key key) {
        models.remove(key);
    }

    private void load(
            Key key, LoadProgress progress, CompletableFuture<LoadedModel> loading, UnaryOperator<String> mask) {
        String name = mask.apply(key.name());
        try {
            LoadedModel model = load(key, progress, name);
            if (!loading.complete(model)) {
                model.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            loading.completeExceptionally(new WeirException(ErrorCode.NOT_READY, "loading was ended", e));
        } catch (WeirException e) {
            LOG.log(Level.ERROR, "model {0} cannot be loaded: {1}", name, mask.apply(e.detail()));
            loading.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "model {0} cannot be loaded: {1}", name, mask.apply(Traces.of(e)));
            loading.completeExceptionally(e);
        }
    }

    private LoadedModel load(Key key, LoadProgress progress, String name) throws InterruptedException {
        Precision precision = ModelSource.precision(key.location(), key.precision());
        Path directory = source.folder(key.location(), precision, progress);
        progress.downloaded();
        long begun = System.nanoTime();
        LoadedModel model = open(new ModelFolder(directory), precision, key);
        LOG.log(
                Level.INFO,
                "model {0} is ready after {1} ms, context {2} tokens",
                name,
                (System.nanoTime() - begun) / 1_000_000,
                model.contextLength());
        return model;
    }

    private LoadedModel open(ModelFolder folder, Precision precision, Key key) {
        return key.generates()
                ? TextGenerator.open(folder, precision, key.settings(), executor)
                : TextEncoder.open(folder, precision, key.settings().hardware());
    }
}
