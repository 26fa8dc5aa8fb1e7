package dev.weir.component.http;

import dev.weir.WeirException;
import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Timers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The time that a call may take in all, its retries and its stream included. It is kept as long as the call or one of its
 * actions holds it. Thread-safe.
 */
final class Deadline implements AutoCloseable {
    private final Cancellation expiry = new Cancellation();
    private final Duration limit;
    private final long atNanos;
    private final Cancellation.Registration timer;
    /** The call itself, and each action that waits. */
    private final AtomicInteger holders = new AtomicInteger(1);

    private Deadline(Duration limit, Timers timers) {
        this.limit = limit;
        this.atNanos = System.nanoTime() + limit.toNanos();
        this.timer = timers.after(limit, () -> expiry.cancel("total_timeout"), refusal -> expiry.cancel("no timer"));
    }

    /** A deadline that is so far from now. */
    static Deadline after(Duration limit, Timers timers) {
        return new Deadline(limit, timers);
    }

    /** Runs {@code action} with the failure when the time is over: at once if it is. It must not block. */
    Cancellation.Registration onExpiry(Consumer<WeirException> action) {
        holders.incrementAndGet();
        AtomicBoolean closed = new AtomicBoolean();
        Cancellation.Registration registered = expiry.onCancel(() -> action.accept(failure()));
        return () -> {
            registered.close();
            if (closed.compareAndSet(false, true)) {
                close();
            }
        };
    }

    private WeirException failure() {
        return "total_timeout".equals(expiry.reason()) ? UpstreamErrors.overdue(limit) : UpstreamErrors.noTimer();
    }

    /** Whether {@code wait} would end after the deadline. */
    boolean isBefore(Duration wait) {
        return atNanos - System.nanoTime() < wait.toNanos();
    }

    /** The call holds it no more. */
    @Override
    public void close() {
        if (holders.decrementAndGet() == 0) {
            timer.close();
        }
    }
}
