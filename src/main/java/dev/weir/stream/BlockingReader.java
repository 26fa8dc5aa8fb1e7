package dev.weir.stream;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads sources on a thread that waits for each chunk. Nothing in a run does; the thread of a program or of a test may. */
public final class BlockingReader {
    private static final Duration EVER = Duration.ofDays(365);

    private BlockingReader() {}

    /** The next chunk or the end, waiting for it without limit. */
    public static Received take(ChunkSource source) throws InterruptedException {
        Received received = null;
        while (received == null) {
            received = poll(source, EVER);
        }
        return received;
    }

    /** The next chunk or the end, waiting at most {@code timeout} for it; null when that has passed. */
    public static @Nullable Received poll(ChunkSource source, Duration timeout) throws InterruptedException {
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

    /**
     * Hands every chunk to {@code reader} until the stream's end or until it has enough, then closes the source.
     *
     * @throws dev.weir.WeirException the stream's failure
     */
    public static void readAll(ChunkSource source, ChunkSource.ChunkReader reader) throws InterruptedException {
        try (source) {
            while (true) {
                Received received = take(source);
                if (received instanceof Received.Failed failed) {
                    throw failed.cause();
                }
                if (!(received instanceof Received.Chunk chunk) || !reader.read(chunk.value())) {
                    return;
                }
            }
        }
    }
}
