package dev.weir.component.model;

import dev.weir.component.Readiness;
import dev.weir.hub.HubProgress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The progress of a model's download. The loading thread writes it; any thread may read it. */
final class LoadProgress implements HubProgress {
    private volatile Readiness.@Nullable Download download;

    @Override
    public void loaded(String file, long bytes, long size) {
        download = new Readiness.Download(file, size == 0 ? 100 : (int) (100 * bytes / size));
    }

    /** All files are on this machine. */
    void downloaded() {
        download = null;
    }

    Readiness.Loading readiness() {
        return new Readiness.Loading(Optional.ofNullable(download));
    }
}
