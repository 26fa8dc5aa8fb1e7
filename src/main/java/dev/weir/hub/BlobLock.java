package dev.weir.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A lock against two downloads of one blob: by two processes, by two applications of one server, or within one application.
 * Python's locks are of another kind on Linux and do not exclude it. Therefore nothing is written where Python writes.
 */
final class BlobLock implements AutoCloseable {
    private static final long POLL_MILLIS = 100;

    private final FileChannel channel;
    private final FileLock lock;

    private BlobLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes the lock. Blocks until it is free; an interrupt ends the wait.
     *
     * @param whenWaiting runs once, before the wait
     */
    @SuppressWarnings("ResultOfMethodCallIgnored") // Never counted down: the wait ends by time or by an interrupt.
    static BlobLock take(Path file, Runnable whenWaiting) throws IOException, InterruptedException {
        Files.createDirectories(file.getParent());
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            boolean waiting = false;
            for (FileLock lock = tryLock(channel); ; lock = tryLock(channel)) {
                if (lock != null) {
                    return new BlobLock(channel, lock);
                }
                if (!waiting) {
                    whenWaiting.run();
                    waiting = true;
                }
                new CountDownLatch(1).await(POLL_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            lock.release();
        } finally {
            channel.close();
        }
    }
}
