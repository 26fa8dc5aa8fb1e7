package dev.weir.component.model;

import dev.weir.component.Readiness;
import dev.weir.hub.HubProgress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far a model's download is. Written by the thread that loads, read by any. */
final class LoadProgress implements HubProgress {
    private volatile Readiness.@Nullable Download download;

    @Override
    public void loaded(String file, long bytes, long size) {
        download = new Readiness.Download(file, size == 0 ? 100 : (int) (100 * bytes / size));
    }

    /** Everything is on this machine. */
    void downloaded() {
        download = null;
    }

    Readiness.Loading readiness() {
        return new Readiness.Loading(Optional.ofNullable(download));
    }
}
