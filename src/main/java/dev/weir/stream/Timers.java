package dev.weir.stream;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs short actions later. A timer that cannot be had, since the application ends or the JVM has no thread left, is told to the
 * caller: nothing waits for a timer that does not exist. What an action throws is logged. Thread-safe.
 */
public final class Timers {
    private static final System.Logger LOG = System.getLogger(Timers.class.getName());

    private final ScheduledExecutorService executor;

    /** @param executor whose threads run the actions; not ended by this */
    public Timers(ScheduledExecutorService executor) {
        this.executor = executor;
    }

    /**
     * Runs {@code action} once when {@code delay} has passed, on a timer's thread. It must not block.
     *
     * @param refused run instead, at once on this thread, if there is no timer; takes the reason
     * @return takes the action back; taking it back late or twice does nothing
     */
    public Cancellation.Registration after(Duration delay, Runnable action, Consumer<Throwable> refused) {
        return registered(() -> executor.schedule(() -> run(action), delay.toNanos(), TimeUnit.NANOSECONDS), refused);
    }

    /**
     * Runs {@code action} again and again on a timer's thread, each time {@code period} after the end of the last. It must not block.
     * An action that throws is run again at its next time.
     *
     * @param refused run instead, at once on this thread, if there is no timer; takes the reason
     * @return ends the row; ending it late or twice does nothing
     */
    public Cancellation.Registration every(Duration period, Runnable action, Consumer<Throwable> refused) {
        long nanos = period.toNanos();
        return registered(
                () -> executor.scheduleWithFixedDelay(() -> run(action), nanos, nanos, TimeUnit.NANOSECONDS), refused);
    }

    /** Sets a timer. */
    @FunctionalInterface
    private interface Setting {
        Future<?> timer();
    }

    private static Cancellation.Registration registered(Setting setting, Consumer<Throwable> refused) {
        try {
            Future<?> timer = setting.timer();
            return () -> timer.cancel(false);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.DEBUG, "no timer could be had", e);
            refused.accept(e);
            return () -> {};
        }
    }

    /** Nothing leaves this, since a periodic timer that throws once never runs again. */
    private static void run(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            log(e);
        }
    }

    private static void log(Throwable failure) {
        try {
            LOG.log(Level.ERROR, "an action of a timer failed", failure);
        } catch (Throwable e) {
            // A log that fails, for want of memory, must not end the row.
            failure.addSuppressed(e);
        }
    }
}
