package dev.weir.stream;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads sources on a thread that blocks for each chunk. Only for threads of programs and tests; runs must not use it. */
public final class BlockingReader {
    private static final Duration EVER = Duration.ofDays(365);

    private BlockingReader() {}

    /** Returns the next chunk or the end. Blocks without limit. */
    public static Received take(ChunkSource source) throws InterruptedException {
        Received received = null;
        while (received == null) {
            received = poll(source, EVER);
        }
        return received;
    }

    /** Returns the next chunk or the end. Blocks for at most {@code timeout}; null when the time-out has passed. */
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
     * Hands every chunk to {@code reader} until the stream ends or the reader returns false, then closes the source. Blocks.
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
