package dev.weir.hub;

import dev.weir.hub.HubApi.RemoteFile;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/** Logs the progress of a download, at most one line in ten seconds. */
final class DownloadLog {
    private static final System.Logger LOG = System.getLogger(DownloadLog.class.getName());
    private static final long BETWEEN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final RemoteFile file;
    private long last = System.nanoTime();
    private long lastBytes;

    DownloadLog(RemoteFile file, long bytes) {
        this.file = file;
        this.lastBytes = bytes;
    }

    void loaded(long bytes) {
        long now = System.nanoTime();
        if (now - last >= BETWEEN_NANOS) {
            long perSecond = (bytes - lastBytes) * TimeUnit.SECONDS.toNanos(1) / (now - last);
            LOG.log(
                    Level.INFO,
                    "downloading {0}: {1} %, {2} of {3} MB, {4} MB/s",
                    file.name(),
                    100 * bytes / file.size(),
                    Downloads.megabytes(bytes),
                    Downloads.megabytes(file.size()),
                    Downloads.megabytes(perSecond));
            last = now;
            lastBytes = bytes;
        }
    }
}
