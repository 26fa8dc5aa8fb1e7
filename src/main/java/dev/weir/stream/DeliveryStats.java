package dev.weir.stream;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The amounts and times of one response. The time begins with the creation. Thread-safe. */
public final class DeliveryStats {
    private final long beganNanos = System.nanoTime();
    private @Nullable Duration firstChunk;
    private long chunks;
    private long bytes;

    /** Adds written bytes and the whole chunks in them. */
    public synchronized void sent(long moreChunks, long moreBytes) {
        if (firstChunk == null && moreChunks > 0) {
            firstChunk = age();
        }
        chunks += moreChunks;
        bytes += moreBytes;
    }

    /** Returns the number of written chunks of a stream. */
    public synchronized long chunks() {
        return chunks;
    }

    /** Returns the number of written bytes of the response's body. */
    public synchronized long bytes() {
        return bytes;
    }

    /** Returns the time from the creation to the first written chunk; empty before. */
    public synchronized Optional<Duration> firstChunk() {
        return Optional.ofNullable(firstChunk);
    }

    /** Returns the time since the creation. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - beganNanos);
    }
}
