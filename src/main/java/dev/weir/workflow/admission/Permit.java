package dev.weir.workflow.admission;

import dev.weir.stream.FaultLog;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * All that a run holds: its share of the caller's limits, its place, its configuration, the memory of its input, and its seat
 * in the {@link Drain}. The permit alone releases them: the seat when the run has ended and its client has been answered, the
 * others when the run has ended. Each is released once. A release that throws does not stop the others. Thread-safe.
 */
public final class Permit {
    private static final System.Logger LOG = System.getLogger(Permit.class.getName());

    private final Deque<Runnable> untilEnd = new ArrayDeque<>();
    private @Nullable Runnable seat;
    private boolean ended;
    /** True when all but the seat is released. */
    private boolean released;

    private boolean answered;

    /**
     * Creates a permit that holds only a seat.
     *
     * @param leaveSeat runs once, when the run has ended and its client has been answered; must not block
     */
    public Permit(Runnable leaveSeat) {
        this.seat = leaveSeat;
    }

    /**
     * Holds a resource until the run has ended. If the run has ended already, the resource is released at once.
     *
     * @param release releases the resource; must not block
     */
    public void hold(Runnable release) {
        synchronized (this) {
            if (!ended) {
                untilEnd.push(release);
                return;
            }
        }
        run(release);
    }

    /** Records the end of the run and releases its resources, the latest first. */
    public void runEnded() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        // Nothing is added after the end, and only this thread removes.
        untilEnd.forEach(Permit::run);
        synchronized (this) {
            untilEnd.clear();
            released = true;
        }
        leaveSeat();
    }

    /**
     * Records that the client has been answered or never will be.
     *
     * @return true for the first call
     */
    public boolean clientAnswered() {
        synchronized (this) {
            if (answered) {
                return false;
            }
            answered = true;
        }
        leaveSeat();
        return true;
    }

    private void leaveSeat() {
        Runnable leave;
        synchronized (this) {
            if (!released || !answered || seat == null) {
                return;
            }
            leave = seat;
            seat = null;
        }
        run(leave);
    }

    private static void run(Runnable release) {
        try {
            release.run();
        } catch (RuntimeException | Error e) {
            FaultLog.error(LOG, "a resource of a run could not be released", e);
        }
    }
}
