package dev.weir.sse;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Has one stream written by threads that it shares with others: whenever something is there, one of them writes it. The
 * thread that owns the response waits meanwhile, keeps a silent connection alive, and has the last word. One of them writes
 * at any time, and sees what the one before has left.
 */
final class Relay implements Runnable {
    /** After so many writes in a row the other streams have their turn. */
    private static final int MOST_STEPS = 8;
    /** When a beat is tried again while somebody else is at the stream, who may find nothing to write. */
    private static final long NEXT_TRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Steps steps;
    private final Executor threads;
    private final long heartbeatNanos;
    private final Thread owner = Thread.currentThread();
    private final Runnable whenReadable = this::call;
    private final ReentrantLock writing = new ReentrantLock();
    private @Nullable Thread writer;
    private boolean takenBack;
    private volatile long sentAt = System.nanoTime();
    private volatile boolean over;
    private @Nullable Throwable failure;

    /** Where a stream is after a step. */
    enum Progress {
        /** There was nothing to write. */
        WAITS,
        /** Something was written, and more may be there. */
        MORE,
        /** All is written. */
        ENDED
    }

    /** What is to be done for the stream. */
    interface Steps {
        /** Writes what is there; where nothing is, has {@code whenReadable} run as soon as something may be. */
        Progress advance(Runnable whenReadable) throws IOException;

        /** Writes that the stream lives. */
        void beat() throws IOException;
    }

    /**
     * A relay of a response that belongs to the calling thread.
     *
     * @param threads run short tasks that may block on a client, which others are not to wait for
     * @param heartbeat the silence after which a beat is written
     */
    Relay(Steps steps, Executor threads, Duration heartbeat) {
        this.steps = steps;
        this.threads = threads;
        this.heartbeatNanos = heartbeat.toNanos();
    }

    /**
     * Waits until all is written. Nobody writes any more when this returns or throws.
     *
     * @throws IOException why it could not be written; of a client that took nothing for too long this thread is left
     *     interrupted, so that what ends the response does not wait for it again
     */
    void toTheEnd() throws IOException, InterruptedException {
        call();
        while (!over) {
            long left = heartbeatNanos - (System.nanoTime() - sentAt);
            if (left <= 0 && !beat()) {
                left = Math.min(heartbeatNanos, NEXT_TRY_NANOS);
            }
            if (left > 0) {
                LockSupport.parkNanos(this, left);
            }
            if (Thread.interrupted()) {
                takeBack();
            }
        }
        throwFailure();
    }

    private void throwFailure() throws IOException {
        Throwable cause = failure;
        if (cause instanceof Patience.SlowClientException) {
            owner.interrupt();
        }
        if (cause instanceof IOException broken) {
            throw broken;
        }
        if (cause instanceof RuntimeException thrown) {
            throw thrown;
        }
        if (cause instanceof Error error) {
            throw error;
        }
    }

    private void call() {
        threads.execute(this);
    }

    @Override
    public void run() {
        writing.lock();
        try {
            if (enter()) {
                try {
                    advance();
                } finally {
                    leave();
                }
            }
        } finally {
            writing.unlock();
        }
    }

    private void advance() {
        try {
            Progress progress = Progress.MORE;
            for (int steps = 0; steps < MOST_STEPS && progress == Progress.MORE; steps++) {
                progress = this.steps.advance(whenReadable);
                if (progress != Progress.WAITS) {
                    sentAt = System.nanoTime();
                }
            }
            if (progress == Progress.MORE) {
                call();
            } else if (progress == Progress.ENDED) {
                end(null);
            }
        } catch (IOException | RuntimeException | Error e) {
            end(e);
        }
    }

    private void end(@Nullable Throwable cause) {
        failure = cause;
        over = true;
        LockSupport.unpark(owner);
    }

    private synchronized boolean enter() {
        if (over || takenBack) {
            return false;
        }
        writer = Thread.currentThread();
        return true;
    }

    /** An interrupt that came meanwhile was for this stream's write. */
    private synchronized void leave() {
        writer = null;
        Thread.interrupted();
    }

    /** The owner does not wait any longer; a write that is under way is broken off. */
    private void takeBack() throws InterruptedException {
        synchronized (this) {
            takenBack = true;
            if (writer != null) {
                writer.interrupt();
            }
        }
        writing.lock();
        try {
            if (!over) {
                throw new InterruptedException();
            }
        } finally {
            writing.unlock();
        }
        owner.interrupt();
    }

    /** Breaks a silence, if it lasts; false while somebody else writes. */
    private boolean beat() {
        if (!writing.tryLock()) {
            return false;
        }
        try {
            if (!over && System.nanoTime() - sentAt >= heartbeatNanos) {
                steps.beat();
                sentAt = System.nanoTime();
            }
        } catch (IOException | RuntimeException | Error e) {
            end(e);
        } finally {
            writing.unlock();
        }
        return true;
    }
}
