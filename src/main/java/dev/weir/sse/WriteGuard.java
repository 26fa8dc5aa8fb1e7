package dev.weir.sse;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Allows a blocked write of one response to be interrupted: not every server ends a write that its client does not read. Keeps
 * the writing thread and the start time of the write. The interrupt reaches that thread only inside that write, and the interrupt
 * status is cleared when the write has returned. Thread-safe.
 */
public final class WriteGuard {
    private final long limitNanos;
    private @Nullable Thread writer;
    private volatile long sinceNanos;
    private volatile boolean writing;
    private volatile boolean interrupted;
    private boolean closed;

    /**
     * Sets the write time-out.
     *
     * @param limit the longest time that one write may take; zero for no limit
     */
    public WriteGuard(Duration limit) {
        this.limitNanos = limit.isZero() ? Long.MAX_VALUE : limit.toNanos();
    }

    /** One write to the response. */
    @FunctionalInterface
    public interface Writing {
        /** Writes. */
        void write() throws IOException;
    }

    /**
     * Runs {@code action} as a write that can be interrupted.
     *
     * @throws IOException if the write fails, or if the response was cut off before it
     */
    public void write(Writing action) throws IOException {
        if (!enter()) {
            throw new IOException("the response was cut off");
        }
        try {
            action.write();
        } finally {
            leave();
        }
    }

    /**
     * Runs the last write. After an interrupted write the thread is interrupted first, so that the server does not block again.
     */
    void writeLast(Writing action) throws IOException {
        enterLast();
        try {
            action.write();
        } finally {
            leave();
        }
    }

    /** Ends the response. After an interrupted write the thread is interrupted first, so that the server does not block again. */
    public void end(Runnable action) {
        enterLast();
        try {
            action.run();
        } finally {
            leave();
        }
    }

    private synchronized boolean enter() {
        if (!closed) {
            enterNow();
        }
        return !closed;
    }

    private synchronized void enterLast() {
        enterNow();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void enterNow() {
        writer = Thread.currentThread();
        sinceNanos = System.nanoTime();
        writing = true;
    }

    private synchronized void leave() {
        writing = false;
        writer = null;
        Thread.interrupted();
    }

    /** Interrupts the current write, if there is one. Later writes fail, except the last write and the end. */
    public synchronized void interrupt() {
        closed = true;
        Thread inside = writer;
        if (inside != null) {
            interrupted = true;
            inside.interrupt();
        }
    }

    /** True if a write was interrupted: an incomplete event may have been sent. */
    public boolean wasInterrupted() {
        return interrupted;
    }

    /** True if the current write exceeds the write time-out. */
    public boolean isStalled(long nowNanos) {
        return writing && nowNanos - sinceNanos > limitNanos;
    }
}
