package dev.weir.runtime;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The shutdown of the application: a list of phases with participants. The servers signal the end of an application in different
 * orders. The first signal runs the list on its thread; all other signals wait until the list has run. Thread-safe.
 *
 * <p>A participant that fails or exceeds its limit does not stop the others. No participant calls another.
 */
public final class Shutdown {
    private static final System.Logger LOG = System.getLogger(Shutdown.class.getName());

    /** The phases, in their order. */
    public enum Phase {
        /** New requests are refused, and configurations are no longer loaded. */
        REFUSE_REQUESTS,
        /** Runs may finish, for the drain time. */
        DRAIN_RUNS,
        /** Unfinished runs fail, and their clients get the failure. */
        FAIL_RUNS,
        /** The rest of each response is written, and the response ends. */
        END_RESPONSES,
        /** Models, HTTP clients and other components are closed. */
        CLOSE_COMPONENTS,
        /** Services that run as processes end, with all processes that they started. */
        STOP_PROCESSES,
        /** Timers and threads end. */
        STOP_THREADS,
        /** References from the JVM to the application are removed. */
        RELEASE
    }

    private final LongSupplier nanos;
    private final List<Participant> participants = new ArrayList<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable Thread runner;

    /** The end of one participant. */
    @FunctionalInterface
    public interface Ending {
        /**
         * Ends the participant, and blocks until it has ended, for at most {@code limit}.
         *
         * @return false if the participant has not ended within the limit
         */
        boolean end(Duration limit) throws InterruptedException;
    }

    private record Participant(Phase phase, String name, Duration limit, Ending ending) {}

    /** Begins without a participant. */
    public Shutdown() {
        this(System::nanoTime);
    }

    Shutdown(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Registers a participant of a phase. The participants of one phase end in the order of their registration. A participant
     * that is registered during the shutdown takes part if its phase has not passed.
     *
     * @param name the participant, for the log
     * @param limit the longest time for its end
     */
    public void register(Phase phase, String name, Duration limit, Ending ending) {
        synchronized (participants) {
            participants.add(new Participant(phase, name, limit, ending));
        }
    }

    /** Registers a participant that ends at once, without a limit. */
    public void register(Phase phase, String name, Runnable ending) {
        register(phase, name, Duration.ZERO, limit -> {
            ending.run();
            return true;
        });
    }

    /** Runs the list, or blocks until another thread has run it. Does nothing when a participant calls it. */
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
                done.countDown();
            }
        } else {
            awaitDone();
        }
    }

    private void awaitDone() {
        try {
            done.await();
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

    /** The participants of a phase, in the order of their registration. */
    private List<Participant> of(Phase phase) {
        synchronized (participants) {
            return participants.stream()
                    .filter(participant -> participant.phase() == phase)
                    .toList();
        }
    }

    /** Ends one participant. True if this thread was interrupted: the next participant still gets its full time. */
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
