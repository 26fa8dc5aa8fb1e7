package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one client that a run works for, over as many connections as it takes. The run goes on at its pace; when it has gone,
 * the run waits for it for a while and is then cancelled. Thread-safe.
 */
final class Following {
    private final Run run;
    private final EventLog log;
    private final int capacity;
    private final Duration patience;
    private final ScheduledExecutorService timers;
    private @Nullable EventReader connection;
    private @Nullable Future<?> patienceEnds;

    /**
     * Nobody follows yet.
     *
     * @param capacity the most events that wait for the client
     * @param patience how long the run waits for it to come back
     */
    Following(Run run, EventLog log, int capacity, Duration patience, ScheduledExecutorService timers) {
        this.run = run;
        this.log = log;
        this.capacity = capacity;
        this.patience = patience;
        this.timers = timers;
    }

    /** The events behind {@code after} for the client's next connection; the one before is ended. */
    synchronized EventReader follow(long after) {
        EventReader next = log.read(after, true, this::left);
        if (next.hasOwnEnd()) {
            return next;
        }
        EventReader before = connection;
        connection = next;
        if (before != null) {
            before.end(new WeirException(
                    ErrorCode.SUPERSEDED, "another connection continues this stream, from event " + (after + 1)));
            log.release(before);
        }
        if (patienceEnds != null) {
            patienceEnds.cancel(false);
            patienceEnds = null;
        }
        return next;
    }

    /**
     * Takes the run's chunks, each of which appends itself to the log, to their end on this thread; waits for the client
     * where it is behind, and in the end until it has read what is left or has gone.
     */
    void pump(ChunkSource chunks) throws InterruptedException {
        try (chunks) {
            Received received = null;
            while (received == null || received instanceof Received.Chunk) {
                log.awaitRoom(capacity);
                received = chunks.take();
            }
        }
        synchronized (this) {
            while (connection != null && connection.isOpen()) {
                wait();
            }
        }
    }

    private synchronized void left(EventReader gone) {
        notifyAll();
        if (connection != gone || run.state().ended()) {
            return;
        }
        try {
            patienceEnds = timers.schedule(this::leave, patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            run.cancel("client disconnected");
        }
    }

    private void leave() {
        synchronized (this) {
            if (connection == null || connection.isOpen()) {
                return;
            }
        }
        run.cancel("client disconnected");
    }
}
