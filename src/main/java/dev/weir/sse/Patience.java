package dev.weir.sse;

import dev.weir.stream.StallGuard;
import dev.weir.stream.Timers;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how long one client may take nothing of what is written to it. Not every server ends a write that its client does
 * not take. Belongs to the one thread that writes; a timer's thread only looks at it.
 *
 * <p>At the limit the owner is told first; then the writer is interrupted, if it is still inside the write and at no other
 * time. Its write, or else the next one, ends in a {@link SlowClientException}. It keeps its interrupt status
 * then, so that what ends the response does not wait for that client again.
 */
public final class Patience implements AutoCloseable {
    private final @Nullable StallGuard guard;
    private final Duration limit;
    private final Runnable whenDropped;
    private @Nullable Thread writer;
    private boolean dropped;

    /**
     * Begins to look after the writes, until this is {@linkplain #close closed}.
     *
     * @param limit the longest that one write may take; zero for ever
     * @param whenDropped run once, on a timer's thread; must not block
     */
    public Patience(Duration limit, ScheduledExecutorService timers, Runnable whenDropped) {
        this.limit = limit;
        this.whenDropped = whenDropped;
        this.guard = limit.isZero() ? null : new StallGuard(new Timers(timers), limit, this::drop, () -> {});
        if (guard != null) {
            guard.start();
        }
    }

    /** One write. */
    @FunctionalInterface
    public interface Writing {
        void write() throws IOException;
    }

    /**
     * Writes.
     *
     * @throws SlowClientException when the client was dropped, now or before
     */
    public void write(Writing writing) throws IOException {
        if (guard == null) {
            writing.write();
            return;
        }
        enter(guard);
        try {
            writing.write();
        } catch (IOException e) {
            throwIfDropped(e);
            throw e;
        } finally {
            leave(guard);
        }
        throwIfDropped(null);
    }

    /** Looks no more. */
    @Override
    public void close() {
        if (guard != null) {
            guard.end();
        }
    }

    private synchronized void enter(StallGuard looking) throws IOException {
        throwIfDropped(null);
        writer = Thread.currentThread();
        looking.waiting();
    }

    private synchronized void leave(StallGuard looking) {
        looking.notWaiting();
        writer = null;
    }

    /** Under the lock, so that the writer can neither leave nor tell its own reason meanwhile. */
    private synchronized void drop() {
        dropped = true;
        whenDropped.run();
        if (writer != null) {
            writer.interrupt();
        }
    }

    private synchronized void throwIfDropped(@Nullable IOException cause) throws SlowClientException {
        if (dropped) {
            // A write that the interrupt ended may have taken the status with it.
            Thread.currentThread().interrupt();
            throw new SlowClientException(limit, cause);
        }
    }

    /** The client took nothing for too long; the response must be cut, so that it does not look complete. */
    public static final class SlowClientException extends IOException {
        private static final long serialVersionUID = 1L;

        SlowClientException(Duration limit, @Nullable IOException cause) {
            super("the client took nothing for " + limit.toMillis() + " ms", cause);
        }
    }
}
