package dev.weir.sse;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Knows which thread is inside a write of one response and since when, so that the write can be broken off by an interrupt: that
 * thread, inside that write and at no other time. The interrupt status is gone when the write has returned. Not every server ends a
 * write that its client does not take.
 */
public final class WriteGuard {
    private final long limitNanos;
    private @Nullable Thread writer;
    private volatile long sinceNanos;
    private volatile boolean writing;
    private volatile boolean interrupted;
    private boolean closed;

    /** @param limit the longest that one write may take; zero for ever */
    public WriteGuard(Duration limit) {
        this.limitNanos = limit.isZero() ? Long.MAX_VALUE : limit.toNanos();
    }

    /** One write. */
    @FunctionalInterface
    public interface Writing {
        /** Writes. */
        void write() throws IOException;
    }

    /** Writes, unless it is interrupted before. */
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

    /** Writes what must not wait for the client: if a write was broken off before, the server is not to wait again. */
    void writeLast(Writing action) throws IOException {
        enterLast();
        try {
            action.write();
        } finally {
            leave();
        }
    }

    /** The same for the end of the response. */
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

    /** Breaks off the write that is under way, if there is one; none begins any more but the last. */
    public synchronized void interrupt() {
        closed = true;
        Thread inside = writer;
        if (inside != null) {
            interrupted = true;
            inside.interrupt();
        }
    }

    /** True if a write was broken off, so that half an event may have been written. */
    public boolean hasBrokenOff() {
        return interrupted;
    }

    /** True if a write has taken longer than it may. */
    public boolean isStalled(long nowNanos) {
        return writing && nowNanos - sinceNanos > limitNanos;
    }
}
