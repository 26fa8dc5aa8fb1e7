package dev.weir.hub;

import dev.weir.hub.HubApi.RemoteFile;
import dev.weir.hub.HubFault.Kind;
import dev.weir.hub.HubRequests.Answer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Downloads blobs: complete or not at all, resumed after an interruption, checked by size and hash.
 *
 * @param progress notified of each piece
 */
record Downloads(HubRequests requests, RepositoryCache cache, HubProgress progress) {
    private static final System.Logger LOG = System.getLogger(Downloads.class.getName());
    /** Files up to this size in bytes are loaded without a log line. */
    private static final long LARGE = 10_000_000;

    /** Downloads a file if necessary, and links it into a commit's snapshot. Blocks. */
    void fetch(RemoteFile file, String commit) throws InterruptedException {
        locked(file, () -> {
            fetchMissing(file, commit);
            cache.link(commit, file.name(), file.etag());
        });
    }

    /**
     * Downloads a file if necessary, without a link in the snapshot. Blocks.
     *
     * @return the file with the content
     */
    Path fetchBlob(RemoteFile file, String commit) throws InterruptedException {
        locked(file, () -> fetchMissing(file, commit));
        Path blob = cache.blob(file.etag());
        return Files.isRegularFile(blob) ? blob : cache.snapshot(commit).resolve(file.name());
    }

    private void fetchMissing(RemoteFile file, String commit) throws IOException, InterruptedException {
        Path blob = cache.blob(file.etag());
        if (!cache.has(commit, file.name()) && !Files.isRegularFile(blob)) {
            fetch(file, blob);
        }
    }

    /** An action under a file's lock. */
    @FunctionalInterface
    private interface Locked {
        void run() throws IOException, InterruptedException;
    }

    @SuppressWarnings("try") // The lock is held but not used.
    private void locked(RemoteFile file, Locked action) throws InterruptedException {
        try (BlobLock lock = BlobLock.take(
                cache.lock(file.etag()),
                () -> LOG.log(Level.INFO, "waiting for another download of {0}", file.name()))) {
            action.run();
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            throw new HubFault(
                    Kind.FINAL,
                    "the Hub's cache " + cache.folder() + " cannot be written: " + Reasons.of(e)
                            + "; set HF_HUB_CACHE or cache_dir to a folder that can",
                    e);
        }
    }

    private void fetch(RemoteFile file, Path blob) throws IOException, InterruptedException {
        try (PartialBlob partial = PartialBlob.open(file, blob)) {
            checkSpace(file, partial.size());
            if (file.size() > LARGE) {
                LOG.log(
                        Level.INFO,
                        "downloading {0}: {1} of {2} MB",
                        file.name(),
                        megabytes(file.size() - partial.size()),
                        megabytes(file.size()));
            }
            for (int tries = 1; ; tries++) {
                complete(file, partial);
                if (partial.finish()) {
                    return;
                }
                if (tries == 2) {
                    throw new HubFault(
                            Kind.FINAL,
                            "file " + file.name()
                                    + " came with a wrong hash twice: check the connection to the Hub, which"
                                    + " changes it",
                            null);
                }
                LOG.log(Level.WARNING, "{0} came with a wrong hash; downloading it again", file.name());
            }
        }
    }

    private void complete(RemoteFile file, PartialBlob partial) throws InterruptedException {
        String what = "downloading " + file.name();
        DownloadLog log = new DownloadLog(file, partial.size());
        progress.loaded(file.name(), partial.size(), file.size());
        while (!partial.isComplete()) {
            requests.withRetries(
                    what,
                    () -> requests.send(
                            "GET", file.uri(), partial.size(), what, answer -> append(answer, file, partial, log)),
                    partial::size);
        }
    }

    private Void append(Answer answer, RemoteFile file, PartialBlob partial, DownloadLog log)
            throws IOException, InterruptedException {
        boolean continues = answer.status() == 206
                && answer.last("Content-Range").orElse("").startsWith("bytes " + partial.size() + "-");
        if (!continues && partial.size() > 0) {
            write(file, partial::clear);
            if (answer.status() == 206) {
                throw new IOException("the answer is another range than was asked for");
            }
        }
        LeastRate rate = new LeastRate(requests.timeout(), partial.size());
        for (List<ByteBuffer> piece = answer.body().next();
                !piece.isEmpty();
                piece = answer.body().next()) {
            for (ByteBuffer buffer : piece) {
                if (partial.size() + buffer.remaining() > file.size()) {
                    write(file, partial::clear);
                    throw new IOException("more than the file's " + file.size() + " bytes came");
                }
                write(file, () -> partial.write(buffer));
            }
            progress.loaded(file.name(), partial.size(), file.size());
            log.loaded(partial.size());
            if (!partial.isComplete()) {
                rate.check(partial.size());
            }
        }
        if (!partial.isComplete()) {
            throw new HttpTimeoutException(
                    "the connection ended after " + partial.size() + " of " + file.size() + " bytes");
        }
        return null;
    }

    /** A write to the disk. Its failures are not those of the network, and a retry does not help. */
    @FunctionalInterface
    private interface Writing {
        void run() throws IOException;
    }

    private void write(RemoteFile file, Writing writing) throws InterruptedException {
        try {
            writing.run();
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            throw new HubFault(
                    Kind.FINAL,
                    "file " + file.name() + " (" + megabytes(file.size()) + " MB) cannot be written to the cache "
                            + cache.folder() + ": " + Reasons.of(e) + "; make room, or set HF_HUB_CACHE or cache_dir to"
                            + " another disk",
                    e);
        }
    }

    private void checkSpace(RemoteFile file, long there) throws IOException {
        long free = Files.getFileStore(cache.folder()).getUsableSpace();
        if (free < file.size() - there) {
            throw new HubFault(
                    Kind.FINAL,
                    "file " + file.name() + " needs " + megabytes(file.size() - there)
                            + " MB, and the disk of the cache "
                            + cache.folder() + " has " + megabytes(free) + " MB left: make room, or set HF_HUB_CACHE or"
                            + " cache_dir to another disk",
                    null);
        }
    }

    static long megabytes(long bytes) {
        return (bytes + 999_999) / 1_000_000;
    }
}
