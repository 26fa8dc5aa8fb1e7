package dev.weir.stream;

import org.jspecify.annotations.Nullable;

/**
 * A place for one registration at a time, for instance for a timer that sets its next one. Closing it closes the registration
 * in it, and each that is set later: a timer that ends before it is known here does not stay. Thread-safe.
 */
public final class SerialRegistration implements Cancellation.Registration {
    // Guarded by this:
    private Cancellation.@Nullable Registration current;
    private boolean closed;

    /** Keeps {@code next} in place of the last one, which is not closed; closes {@code next} if this is closed. */
    public void set(Cancellation.Registration next) {
        boolean late;
        synchronized (this) {
            current = next;
            late = closed;
        }
        if (late) {
            next.close();
        }
    }

    @Override
    public void close() {
        Cancellation.Registration last;
        synchronized (this) {
            closed = true;
            last = current;
            current = null;
        }
        if (last != null) {
            last.close();
        }
    }
}
