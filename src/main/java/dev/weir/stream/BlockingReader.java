package dev.weir.stream;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads a source on a thread that waits for each chunk. Used by one thread. */
public final class BlockingReader {
    private static final Duration EVER = Duration.ofDays(365);

    private final ChunkSource source;

    /** @param source read by this alone */
    public BlockingReader(ChunkSource source) {
        this.source = source;
    }

    /** The next chunk or the end, waiting for it without limit. */
    public Received take() throws InterruptedException {
        Received received = null;
        while (received == null) {
            received = poll(EVER);
        }
        return received;
    }

    /** The next chunk or the end, waiting at most {@code timeout} for it; null when that has passed. */
    public @Nullable Received poll(Duration timeout) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            CountDownLatch readable = new CountDownLatch(1);
            Received received = source.poll(readable::countDown);
            if (received != null || !readable.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return received;
            }
        }
    }
}
