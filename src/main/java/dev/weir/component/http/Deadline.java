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
 * The time limit of a whole call, with its retries and its stream. Its timer runs until the call and all registered actions
 * are closed. Thread-safe.
 */
final class Deadline implements AutoCloseable {
    private final Cancellation expiry = new Cancellation();
    private final Duration limit;
    private final long atNanos;
    private final Cancellation.Registration timer;
    /** The call itself and each registered action. */
    private final AtomicInteger holders = new AtomicInteger(1);

    private Deadline(Duration limit, Timers timers) {
        this.limit = limit;
        this.atNanos = System.nanoTime() + limit.toNanos();
        this.timer = timers.after(limit, () -> expiry.cancel("total_timeout"), refusal -> expiry.cancel("no timer"));
    }

    /** A deadline after {@code limit} from now. */
    static Deadline after(Duration limit, Timers timers) {
        return new Deadline(limit, timers);
    }

    /** Runs {@code action} with the failure at the deadline, or at once if the deadline has passed. The action must not block. */
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

    /** Whether the deadline comes before the end of {@code wait}. */
    boolean isBefore(Duration wait) {
        return atNanos - System.nanoTime() < wait.toNanos();
    }

    /** Ends the call's use of this deadline. */
    @Override
    public void close() {
        if (holders.decrementAndGet() == 0) {
            timer.close();
        }
    }
}
