package dev.weir.workflow.event;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import dev.weir.stream.SerialTask;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Delivers a run's stream to one client over successive connections. Tasks move the chunks into the run's log at the client's
 * pace. After a disconnection the run waits for the client, and is cancelled when the time-out ends. Thread-safe.
 */
public final class ResumableDelivery {
    /** The most chunks that one task moves, so that other tasks run between. */
    private static final int MOST_CHUNKS = 64;

    private final Owner run;
    private final EventLog log;
    private final Duration resumeTimeout;
    private final Tasks tasks;
    private final Timers timers;
    private final Runnable whenDelivered;
    private final SerialTask turn;
    private @Nullable EventReader connection;
    private boolean disconnected;
    private Cancellation.@Nullable Registration resumeTimer;
    /**
     * Null after the delivery, so that the registry does not retain the source. Only {@link #turn} uses this field and the
     * next one.
     */
    private @Nullable ChunkSource chunks;
    /** True when all chunks are in the log. */
    private boolean drained;

    /** The run that gives the stream. */
    public interface Owner {
        /** Returns the log of the run's chunks. */
        EventLog log();

        boolean hasEnded();

        /** Ends the run with a failure, unless it has ended. */
        void fail(WeirException cause);

        /** Cancels the run, unless it has ended. */
        void cancel(String reason);
    }

    /**
     * Creates a delivery that has not started.
     *
     * @param chunks the run's chunks; a poll appends the chunk to the log, and gives none while a reader is behind
     * @param resumeTimeout the longest wait for a disconnected client
     * @param whenDelivered runs once, when the client has read all or can no longer reconnect
     */
    public ResumableDelivery(
            Owner run, ChunkSource chunks, Duration resumeTimeout, Tasks tasks, Timers timers, Runnable whenDelivered) {
        this.run = run;
        this.chunks = chunks;
        this.log = run.log();
        this.resumeTimeout = resumeTimeout;
        this.tasks = tasks;
        this.timers = timers;
        this.whenDelivered = whenDelivered;
        this.turn = new SerialTask(tasks, this::advance, this::refused);
    }

    /** Begins to move chunks. The first connection should exist. */
    public void start() {
        turn.signal();
    }

    /**
     * Returns the events after number {@code after} for the client's next connection. The previous connection ends with
     * {@link ErrorCode#SUPERSEDED}.
     */
    public EventReader follow(long after) {
        EventReader next = log.read(after, true, this::onReaderClosed);
        if (next.hasOwnEnd()) {
            return next;
        }
        EventReader before;
        synchronized (this) {
            before = connection;
            connection = next;
            if (resumeTimer != null) {
                resumeTimer.close();
                resumeTimer = null;
            }
        }
        if (before != null) {
            before.end(new WeirException(
                    ErrorCode.SUPERSEDED, "another connection continues this stream, from event " + (after + 1)));
            log.release(before);
        }
        return next;
    }

    private void advance() {
        try {
            move();
        } catch (RuntimeException | Error e) {
            run.fail(WeirException.of(e));
            deliver();
        }
    }

    private void move() {
        ChunkSource source = chunks;
        for (int moved = 0; !drained && source != null; moved++) {
            if (moved == MOST_CHUNKS) {
                turn.signal();
                return;
            }
            Received received = source.poll(turn::signal);
            if (received == null) {
                return;
            }
            drained = !(received instanceof Received.Chunk);
        }
        synchronized (this) {
            if (connection != null && connection.isOpen()) {
                return;
            }
        }
        deliver();
    }

    private void refused(Throwable refusal) {
        run.fail(WeirException.shuttingDown(refusal));
        deliver();
    }

    private void deliver() {
        ChunkSource source = chunks;
        if (source != null) {
            chunks = null;
            source.close();
            whenDelivered.run();
        }
    }

    private void onReaderClosed(EventReader reader) {
        boolean lost = false;
        synchronized (this) {
            if (connection == reader && !run.hasEnded() && resumeTimer == null && !disconnected) {
                if (reader.position() == 0) {
                    // The client has received no event id, and so cannot resume.
                    disconnected = true;
                } else {
                    resumeTimer = timers.after(
                            resumeTimeout,
                            () -> tasks.execute(() -> giveUp(reader), refusal -> giveUp(reader)),
                            refusal -> disconnected = true);
                }
                lost = disconnected;
            }
        }
        if (lost) {
            run.cancel("client disconnected");
        }
        turn.signal();
    }

    /** Cancels the run of a client that has not reconnected. A later connection finds a cancelled run. */
    private void giveUp(EventReader reader) {
        synchronized (this) {
            // The timer may have fired while the client reconnected.
            if (connection != reader) {
                return;
            }
            disconnected = true;
        }
        run.cancel("client disconnected");
    }
}
