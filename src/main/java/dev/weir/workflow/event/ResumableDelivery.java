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
    private final Duration patience;
    private final Tasks tasks;
    private final Timers timers;
    private final Runnable whenDelivered;
    private final SerialTask turn;
    private @Nullable EventReader connection;
    private boolean gone;
    private Cancellation.@Nullable Registration patienceEnds;
    /**
     * Null after the delivery, so that the registry does not retain the source. Only {@link #turn} uses this field and the
     * next one.
     */
    private @Nullable ChunkSource chunks;
    /** True when all chunks are in the log. */
    private boolean pumped;

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
     * @param patience the longest wait for a disconnected client
     * @param whenDelivered runs once, when the client has read all or can no longer reconnect
     */
    public ResumableDelivery(
            Owner run, ChunkSource chunks, Duration patience, Tasks tasks, Timers timers, Runnable whenDelivered) {
        this.run = run;
        this.chunks = chunks;
        this.log = run.log();
        this.patience = patience;
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
        EventReader next = log.read(after, true, this::left);
        if (next.hasOwnEnd()) {
            return next;
        }
        EventReader before;
        synchronized (this) {
            before = connection;
            connection = next;
            if (patienceEnds != null) {
                patienceEnds.close();
                patienceEnds = null;
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
        for (int moved = 0; !pumped && source != null; moved++) {
            if (moved == MOST_CHUNKS) {
                turn.signal();
                return;
            }
            Received received = source.poll(turn::signal);
            if (received == null) {
                return;
            }
            pumped = !(received instanceof Received.Chunk);
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

    private void left(EventReader reader) {
        boolean lost = false;
        synchronized (this) {
            if (connection == reader && !run.hasEnded() && patienceEnds == null && !gone) {
                if (reader.position() == 0) {
                    // The client has received no event id, and so cannot resume.
                    gone = true;
                } else {
                    patienceEnds = timers.after(
                            patience,
                            () -> tasks.execute(() -> giveUp(reader), refusal -> giveUp(reader)),
                            refusal -> gone = true);
                }
                lost = gone;
            }
        }
        if (lost) {
            run.cancel("client disconnected");
        }
        turn.signal();
    }

    /** Cancels the run of a client that has not reconnected. A later connection finds a cancelled run. */
    private void giveUp(EventReader left) {
        synchronized (this) {
            // The timer may have fired while the client reconnected.
            if (connection != left) {
                return;
            }
            gone = true;
        }
        run.cancel("client disconnected");
    }
}
