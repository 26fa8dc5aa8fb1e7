package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.config.ModelConfig;
import dev.weir.config.ModelLocation;
import dev.weir.hub.Hub;
import dev.weir.hub.HubModel;
import dev.weir.hub.HubProgress;
import dev.weir.inference.spec.Precision;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds a model's folder on this machine, or downloads it from the Hub. */
final class ModelSource {
    private static final String ONNX = ".onnx";

    private final Supplier<Hub> hub;

    /**
     * Makes a source.
     *
     * @param hub used only for a model of the Hub; it may throw
     */
    ModelSource(Supplier<Hub> hub) {
        this.hub = hub;
    }

    /**
     * The folder of a model with the graphs of {@code precision}, or with others if there are none. Blocks while files are
     * downloaded.
     *
     * @throws WeirException with the reason and the remedy if the folder is not available
     */
    Path folder(ModelLocation location, Precision precision, HubProgress progress) throws InterruptedException {
        if (location instanceof ModelLocation.Local local) {
            return local.directory();
        }
        List<String> substitutes = (namesGraph(location) ? precision : Precision.BEST).fileSuffixes();
        return hub.get().fetch(wanted((ModelLocation.HuggingFace) location, precision), substitutes, progress);
    }

    private static HubModel wanted(ModelLocation.HuggingFace location, Precision precision) {
        return new HubModel(
                location.repository(),
                location.revision(),
                precision.fileSuffixes(),
                location.filename(),
                location.cacheDirectory(),
                location.localFilesOnly(),
                location.token());
    }

    /** Whether the configuration names the graph itself, for which no other is taken. */
    static boolean namesGraph(ModelLocation location) {
        return location instanceof ModelLocation.HuggingFace hub
                && hub.filename().isPresent();
    }

    /** The precision of the configured file name, if there is one; otherwise the configured precision. */
    static Precision precision(ModelLocation location, Optional<ModelConfig.Precision> configured) {
        if (location instanceof ModelLocation.HuggingFace hub && hub.filename().isPresent()) {
            return ofFile(hub.filename().get());
        }
        return configured.map(named -> Precision.of(named.name())).orElse(Precision.BEST);
    }

    private static Precision ofFile(String file) {
        return Arrays.stream(Precision.values())
                .filter(precision -> precision != Precision.BEST && precision != Precision.FLOAT32)
                .filter(precision -> precision.fileSuffixes().stream().anyMatch(suffix -> file.endsWith(suffix + ONNX)))
                .findFirst()
                .or(() -> Optional.of(Precision.FLOAT32).filter(plain -> file.endsWith(ONNX)))
                .orElseThrow(() -> new WeirException(
                        ErrorCode.NOT_READY,
                        "filename must be an ONNX file such as onnx/model_q4.onnx, was '" + file + "'"));
    }
}
