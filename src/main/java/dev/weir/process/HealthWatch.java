package dev.weir.process;

import dev.weir.process.Service.Health;
import dev.weir.stream.Cancellation;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks the health of one service process repeatedly. Until the service is ready, the checks follow quickly, at most an
 * interval apart; then by the interval. One check runs at a time, on a thread of the executor.
 */
final class HealthWatch {
    private static final System.Logger LOG = System.getLogger(HealthWatch.class.getName());
    private static final Duration FIRST_WAIT = Duration.ofMillis(50);

    private final HealthProbe probe;
    private final Health health;
    private final Listener listener;
    private final Supervisor host;
    private final long startedNanos;
    private long notReadySinceNanos;
    private boolean ready;
    private boolean overdue;
    private int failures;
    private Duration wait = FIRST_WAIT;
    private volatile Cancellation.@Nullable Registration next;
    private volatile boolean ended;

    /** Receives the results, on the thread of the check. */
    interface Listener {
        /** The service is healthy, for the first time or again. */
        void ready();

        /** The service was ready, and the allowed number of checks in a row has failed. */
        void unhealthy(String why);

        /** The service has not been ready for the start time-out. */
        void overdue(String why);

        /** A check has ended. */
        void checked();

        /** The checks have ended, since no timer can be had. */
        void unwatched(Throwable why);
    }

    HealthWatch(HealthProbe probe, Health health, Supervisor host, Listener listener) {
        this.probe = probe;
        this.health = health;
        this.host = host;
        this.listener = listener;
        this.startedNanos = host.nanoTime();
        this.notReadySinceNanos = startedNanos;
    }

    void begin() {
        askAfter(Duration.ZERO);
    }

    void end() {
        ended = true;
        Cancellation.Registration pending = next;
        if (pending != null) {
            pending.close();
        }
    }

    private void askAfter(Duration pause) {
        if (!ended) {
            next = host.after(pause, this::ask, listener::unwatched);
        }
    }

    private void ask() {
        try {
            look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (RuntimeException | Error e) {
            // The next check may succeed, so the watch goes on.
            LOG.log(Level.WARNING, "the health check of a service failed", e);
        }
        askAfter(pause());
    }

    private void look() throws InterruptedException {
        Optional<String> wrong = ready && !health.keepsAsking() ? Optional.empty() : probe.check();
        if (ended) {
            return;
        }
        if (wrong.isEmpty()) {
            well();
        } else {
            unwell(wrong.get());
        }
        listener.checked();
    }

    private Duration pause() {
        if (ready) {
            return health.interval();
        }
        Duration now = wait.compareTo(health.interval()) < 0 ? wait : health.interval();
        wait = now.multipliedBy(2);
        return now;
    }

    private void well() {
        failures = 0;
        overdue = false;
        if (!ready) {
            ready = true;
            listener.ready();
        }
    }

    private void unwell(String why) {
        long now = host.nanoTime();
        if (ready && now - startedNanos >= health.startPeriod().toNanos() && ++failures >= health.retries()) {
            ready = false;
            wait = FIRST_WAIT;
            notReadySinceNanos = now;
            listener.unhealthy(why);
        }
        if (!ready
                && !overdue
                && now - notReadySinceNanos >= health.startTimeout().toNanos()) {
            overdue = true;
            listener.overdue(why);
        }
    }
}
