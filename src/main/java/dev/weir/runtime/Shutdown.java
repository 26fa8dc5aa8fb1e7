package dev.weir.runtime;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of the application: one list of phases, in which all that has to end takes part. Servers notice the end in an order that
 * is each one's own: the first signal runs the list on its thread, the others wait until it has run. Thread-safe.
 *
 * <p>A participant that fails or takes too long keeps no other from ending. No participant calls another.
 */
public final class Shutdown {
    private static final System.Logger LOG = System.getLogger(Shutdown.class.getName());

    /** What happens at the end, in this order. */
    public enum Phase {
        /** New requests are refused, configurations are not loaded any more. */
        REFUSE_REQUESTS,
        /** Runs have their time to finish. */
        DRAIN_RUNS,
        /** Runs that have not finished fail; their clients are told. */
        FAIL_RUNS,
        /** What is left to be written of responses is written, and they end. */
        END_RESPONSES,
        /** Models, HTTP clients and other components are closed. */
        CLOSE_COMPONENTS,
        /** Services that run as processes end, with all that they started. */
        STOP_PROCESSES,
        /** Timers and threads end. */
        STOP_THREADS,
        /** What the JVM holds of the application is taken back. */
        RELEASE
    }

    private final LongSupplier nanos;
    private final List<Participant> participants = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private @Nullable Thread runner;

    /** Ends something. */
    @FunctionalInterface
    public interface Ending {
        /**
         * Ends it, and waits until it has ended, at most for {@code limit}.
         *
         * @return false if it has not ended within the limit
         */
        boolean end(Duration limit) throws InterruptedException;
    }

    private record Participant(Phase phase, String name, Duration limit, Ending ending) {}

    /** Nothing takes part yet. */
    public Shutdown() {
        this(System::nanoTime);
    }

    Shutdown(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Has something end in a phase, after all that was registered for the phase before it. What is registered when the list runs
     * takes part if its phase is not over.
     *
     * @param name names it in the log
     * @param limit the longest that its end may take
     */
    public void register(Phase phase, String name, Duration limit, Ending ending) {
        synchronized (participants) {
            participants.add(new Participant(phase, name, limit, ending));
        }
    }

    /** As {@link #register(Phase, String, Duration, Ending)}, for what ends at once. */
    public void register(Phase phase, String name, Runnable ending) {
        register(phase, name, Duration.ZERO, limit -> {
            ending.run();
            return true;
        });
    }

    /** Runs the list, or waits until it has run. Does nothing when a participant calls it. */
    public void run() {
        synchronized (this) {
            if (runner == Thread.currentThread()) {
                return;
            }
            if (runner == null) {
                runner = Thread.currentThread();
            }
        }
        if (runner == Thread.currentThread()) {
            try {
                runAll();
            } finally {
                over.countDown();
            }
        } else {
            awaitOver();
        }
    }

    private void awaitOver() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void runAll() {
        boolean interrupted = false;
        for (Phase phase : Phase.values()) {
            long began = nanos.getAsLong();
            for (int i = 0; i < of(phase).size(); i++) {
                interrupted |= end(of(phase).get(i));
            }
            LOG.log(Level.DEBUG, "shutdown: {0} took {1} ms", phase, (nanos.getAsLong() - began) / 1_000_000);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** In the order of their registration. */
    private List<Participant> of(Phase phase) {
        synchronized (participants) {
            return participants.stream()
                    .filter(participant -> participant.phase() == phase)
                    .toList();
        }
    }

    /** True if this thread was interrupted meanwhile; the next participant has its time all the same. */
    private static boolean end(Participant participant) {
        try {
            if (!participant.ending().end(participant.limit())) {
                LOG.log(
                        Level.WARNING,
                        "{0} had not ended after {1} s: the shutdown goes on",
                        participant.name(),
                        participant.limit().toSeconds());
            }
        } catch (InterruptedException e) {
            return true;
        } catch (Throwable e) {
            LOG.log(Level.ERROR, participant.name() + " could not be ended", e);
        }
        return Thread.interrupted();
    }
}
