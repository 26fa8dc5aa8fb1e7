package dev.weir.stream;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How much one client was sent, and when; its time begins where it is made. Thread-safe. */
public final class DeliveryStats {
    private final long beganNanos = System.nanoTime();
    private @Nullable Duration firstChunk;
    private long chunks;
    private long bytes;

    /** Adds what was written: so many bytes, with so many whole chunks in them. */
    public synchronized void sent(long moreChunks, long moreBytes) {
        if (firstChunk == null && moreChunks > 0) {
            firstChunk = age();
        }
        chunks += moreChunks;
        bytes += moreBytes;
    }

    /** The chunks of a stream that were written. */
    public synchronized long chunks() {
        return chunks;
    }

    /** All bytes of the response's body that were written. */
    public synchronized long bytes() {
        return bytes;
    }

    /** When the first chunk was written, since this was made. */
    public synchronized Optional<Duration> firstChunk() {
        return Optional.ofNullable(firstChunk);
    }

    /** The time since this was made. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - beganNanos);
    }
}
