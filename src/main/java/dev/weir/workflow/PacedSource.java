package dev.weir.workflow;

import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.security.Reservation;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import dev.weir.stream.Timers;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Delays each chunk until the run's pace allows it. One chunk is held meanwhile. The queue behind it fills, which slows the
 * producer; no chunk is lost. The end of the stream is not delayed.
 */
final class PacedSource implements ChunkSource {
    private final ChunkSource chunks;
    private final Reservation claim;
    private final LongSupplier nanos;
    private final Timers timers;
    private final AtomicReference<@Nullable Runnable> whenReadable = new AtomicReference<>();
    private volatile Cancellation.@Nullable Registration turn;
    private volatile boolean closed;
    private @Nullable Received held;
    private long due;

    /**
     * Creates a source in front of {@code chunks}.
     *
     * @param nanos the clock of the claim's allowances, in nanoseconds
     */
    PacedSource(ChunkSource chunks, Reservation claim, LongSupplier nanos, Timers timers) {
        this.chunks = chunks;
        this.claim = claim;
        this.nanos = nanos;
        this.timers = timers;
    }

    /**
     * Returns {@code output} at the pace of the run's caller. An output that is not a stream, or has no pace, is returned as
     * it is.
     */
    static Output paced(Output output, Run run, Timers timers) {
        if (!(output instanceof Output.Streamed streamed) || !run.reservation().hasPace()) {
            return output;
        }
        PacedSource paced = new PacedSource(streamed.chunks(), run.reservation(), System::nanoTime, timers);
        run.cancellation().onCancel(paced::close);
        return new Output.Streamed(paced, streamed.content(), streamed.summary());
    }

    @Override
    public @Nullable Received poll(Runnable whenReadable) {
        if (held == null) {
            hold(chunks.poll(whenReadable));
        }
        if (held == null) {
            return null;
        }
        this.whenReadable.set(whenReadable);
        if (isEarly()) {
            turn = timers.after(Duration.ofNanos(due - nanos.getAsLong()), this::readable, this::fail);
            // The source may have been closed meanwhile: then there is nothing to wait for.
            if (isEarly()) {
                return null;
            }
        }
        this.whenReadable.set(null);
        return handOver();
    }

    /** Ends the stream: without a timer the held chunk would never become due. */
    private void fail(Throwable refusal) {
        chunks.close();
        held = new Received.Failed(WeirException.shuttingDown(refusal));
        due = nanos.getAsLong();
    }

    private void readable() {
        Runnable action = whenReadable.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }

    private void hold(@Nullable Received received) {
        held = received;
        due = nanos.getAsLong() + (received instanceof Received.Chunk ? claim.paceNanos() : 0);
    }

    private boolean isEarly() {
        return !closed && due - nanos.getAsLong() > 0;
    }

    /** Returns the held value. If this was closed, returns the source's end in place of a held chunk. */
    private Received handOver() {
        Received received = held;
        held = null;
        Received after = closed && received instanceof Received.Chunk ? chunks.poll() : received;
        return after == null ? Objects.requireNonNull(received) : after;
    }

    @Override
    public void close() {
        chunks.close();
        closed = true;
        Cancellation.Registration awaited = turn;
        if (awaited != null) {
            awaited.close();
        }
        readable();
    }
}
