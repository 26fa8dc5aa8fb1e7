package dev.weir.stream;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs short actions later. If no timer can be had, since the application ends or the JVM has no thread left, the refusal
 * action runs: nothing may wait for a timer that does not exist. A failure of an action is logged. Thread-safe.
 */
public final class Timers {
    private static final System.Logger LOG = System.getLogger(Timers.class.getName());

    private final ScheduledExecutorService executor;

    /**
     * Creates timers on an executor.
     *
     * @param executor runs the actions; not shut down by this
     */
    public Timers(ScheduledExecutorService executor) {
        this.executor = executor;
    }

    /**
     * Runs {@code action} once after {@code delay}, on a timer's thread. It must not block.
     *
     * @param refused runs in place of the action, at once on this thread and with the reason, if no timer can be had
     * @return cancels the timer; late and further calls do nothing
     */
    public Cancellation.Registration after(Duration delay, Runnable action, Consumer<Throwable> refused) {
        return registered(() -> executor.schedule(() -> run(action), delay.toNanos(), TimeUnit.NANOSECONDS), refused);
    }

    /**
     * Runs {@code action} repeatedly on a timer's thread, each time {@code period} after the end of the last run. It must not
     * block. It runs again also after it has thrown.
     *
     * @param refused runs in place of the action, at once on this thread and with the reason, if no timer can be had
     * @return ends the repetition; late and further calls do nothing
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

    /** Never throws, since a periodic timer that throws once never runs again. */
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
            // Logging may fail too, for lack of memory. The repetition must not end.
            failure.addSuppressed(e);
        }
    }
}
