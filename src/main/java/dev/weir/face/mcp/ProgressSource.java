package dev.weir.face.mcp;

import dev.weir.json.Json;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Chunks;
import dev.weir.stream.Received;
import dev.weir.stream.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns a stream into {@link Progress}, at most four a second, and one {@link Outcome} at its end. It keeps all chunks; the stream
 * must be bounded.
 */
final class ProgressSource implements ChunkSource {
    /** The shortest time between two notifications. */
    static final Duration PERIOD = Duration.ofMillis(250);

    private static final int CHUNKS_A_TURN = 1024;

    private final ChunkSource chunks;
    private final Timers timers;
    private final LongSupplier nanos;
    private final List<Object> taken = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private long reported;
    private long reportedNanos;
    private @Nullable Received end;
    private volatile Runnable readable = () -> {};
    private volatile @Nullable Wait wait;

    /**
     * The progress of a run.
     *
     * @param chunks the number of chunks so far
     * @param text the text since the last progress; empty for an output that is not text
     */
    record Progress(long chunks, String text) {}

    /** The whole output. */
    record Outcome(@Nullable Object value) {}

    /** A timer for the next progress. */
    private static final class Wait {
        private volatile Cancellation.Registration timer = () -> {};
    }

    /**
     * Reads a stream.
     *
     * @param chunks closed with this source
     * @param nanos the clock
     */
    ProgressSource(ChunkSource chunks, Timers timers, LongSupplier nanos) {
        this.chunks = chunks;
        this.timers = timers;
        this.nanos = nanos;
    }

    @Override
    public @Nullable Received poll(Runnable whenReadable) {
        if (end != null) {
            return end;
        }
        readable = whenReadable;
        for (int count = 0; count < CHUNKS_A_TURN; count++) {
            Received received = chunks.poll(whenReadable);
            if (received == null) {
                return waiting();
            }
            if (!(received instanceof Received.Chunk chunk)) {
                return ended(received);
            }
            take(chunk.value());
            if (isDue()) {
                return progress();
            }
        }
        whenReadable.run();
        return null;
    }

    private void take(Object chunk) {
        taken.add(chunk);
        if (!(chunk instanceof byte[])) {
            text.append(chunk instanceof String plain ? plain : Json.write(chunk));
        }
    }

    private boolean isDue() {
        return taken.size() > reported && (reported == 0 || nanos.getAsLong() - reportedNanos >= PERIOD.toNanos());
    }

    private Received progress() {
        reported = taken.size();
        reportedNanos = nanos.getAsLong();
        // Half a character waits for its other half.
        int length = text.length();
        int end = length > 0 && Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
        Received progress = new Received.Chunk(new Progress(reported, text.substring(0, end)));
        text.delete(0, end);
        return progress;
    }

    private @Nullable Received waiting() {
        if (isDue()) {
            return progress();
        }
        if (taken.size() > reported && wait == null) {
            Wait next = new Wait();
            wait = next;
            long rest = PERIOD.toNanos() - (nanos.getAsLong() - reportedNanos);
            next.timer = timers.after(Duration.ofNanos(Math.max(rest, 0)), this::elapsed, refused -> {});
        }
        return null;
    }

    private void elapsed() {
        wait = null;
        readable.run();
    }

    private Received ended(Received last) {
        stopWaiting();
        end = last;
        return last instanceof Received.Completed ? new Received.Chunk(new Outcome(Chunks.joined(taken))) : last;
    }

    private void stopWaiting() {
        Wait last = wait;
        if (last != null) {
            last.timer.close();
        }
    }

    @Override
    public void close() {
        stopWaiting();
        chunks.close();
    }
}
