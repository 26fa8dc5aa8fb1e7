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
 * A run's stream on its way to one client, over as many connections as it takes. Tasks move the chunks into the run's log at the
 * client's pace. When the client has gone, the run waits for it for a while and is then cancelled. Thread-safe.
 */
public final class ResumableDelivery {
    /** After so many chunks in a row other tasks have their turn. */
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
    /** Null once all is delivered, since an ended run is kept for long; belongs to the turns, as what follows. */
    private @Nullable ChunkSource chunks;
    /** All chunks are in the log. */
    private boolean pumped;

    /** The run whose stream this is. */
    public interface Owner {
        /** Where the run's chunks go. */
        EventLog log();

        boolean hasEnded();

        /** Ends the run with a failure, unless it has ended. */
        void fail(WeirException cause);

        /** Cancels the run, unless it has ended. */
        void cancel(String reason);
    }

    /**
     * Nothing is moved yet.
     *
     * @param chunks the run's, each of which appends itself to the log, at the pace of who reads that
     * @param patience how long the run waits for the client to come back
     * @param whenDelivered run once, when the client has read all or has gone for good
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

    /** Begins to move chunks; the first connection should be there. */
    public void start() {
        turn.signal();
    }

    /** The events behind {@code after} for the client's next connection; the one before is ended. */
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
                    // It was sent no id with which it could come back.
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

    /** The client has not come back; one that comes now finds a run that was cancelled. */
    private void giveUp(EventReader left) {
        synchronized (this) {
            // The timer may have gone off while the client came back.
            if (connection != left) {
                return;
            }
            gone = true;
        }
        run.cancel("client disconnected");
    }
}
