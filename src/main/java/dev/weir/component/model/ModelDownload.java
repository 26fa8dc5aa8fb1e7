package dev.weir.component.model;

import dev.weir.config.ModelConfig;
import dev.weir.hub.Hub;
import dev.weir.hub.HubProgress;
import java.nio.file.Path;

/** Downloads the files of a model without loading it. */
public final class ModelDownload {
    private ModelDownload() {}

    /**
     * Returns the folder of a model; downloads the files that are missing, with the choice of files that a server makes.
     * Blocks.
     *
     * @throws dev.weir.WeirException {@code NOT_READY} with the reason and the remedy if the folder is not available
     */
    public static Path fetch(ModelConfig model, Hub hub, HubProgress progress) throws InterruptedException {
        return new ModelSource(() -> hub)
                .folder(model.model(), ModelSource.precision(model.model(), model.precision()), progress);
    }
}
