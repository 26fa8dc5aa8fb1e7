package dev.weir.stream;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs short actions later. A timer that cannot be had, since the application ends or the JVM has no thread left, is told to the
 * caller: nothing waits for a timer that does not exist. Thread-safe.
 */
public final class Timers {
    private static final System.Logger LOG = System.getLogger(Timers.class.getName());

    private final ScheduledExecutorService executor;

    /** @param executor whose threads run the actions; not ended by this */
    public Timers(ScheduledExecutorService executor) {
        this.executor = executor;
    }

    /**
     * Runs {@code action} once when {@code delay} has passed, on a timer's thread. It must not block. What it throws is logged.
     *
     * @param refused run instead, at once on this thread, if there is no timer; takes the reason
     * @return takes the action back; taking it back late or twice does nothing
     */
    public Cancellation.Registration after(Duration delay, Runnable action, Consumer<Throwable> refused) {
        try {
            Future<?> timer = executor.schedule(() -> run(action), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> timer.cancel(false);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.DEBUG, "no timer could be had", e);
            refused.accept(e);
            return () -> {};
        }
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "an action of a timer failed", e);
            throw e;
        }
    }
}
