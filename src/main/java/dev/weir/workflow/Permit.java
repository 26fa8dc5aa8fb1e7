package dev.weir.workflow;

import dev.weir.stream.FaultLog;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What a run holds of the server: its caller's claim, its place, the configuration that it uses, the memory of its input, and its
 * seat among the runs that the end of the application waits for. All of it is given back here and nowhere else: most when the run
 * has ended, the seat last, when its client has been answered, too. What is given back twice is given back once, and a step that fails
 * keeps no other from being done. Thread-safe.
 */
final class Permit {
    private static final System.Logger LOG = System.getLogger(Permit.class.getName());

    private final Deque<Runnable> untilEnd = new ArrayDeque<>();
    private @Nullable Runnable seat;
    private boolean ended;
    /** All that was kept until the end is given back. */
    private boolean released;

    private boolean answered;

    /** @param leaveSeat run once the run has ended and its client has been answered; must not block */
    Permit(Runnable leaveSeat) {
        this.seat = leaveSeat;
    }

    /**
     * Keeps something until the run has ended. If it has already, it is given back at once.
     *
     * @param release gives it back; must not block
     */
    void hold(Runnable release) {
        synchronized (this) {
            if (!ended) {
                untilEnd.push(release);
                return;
            }
        }
        run(release);
    }

    /** The run has ended: gives back what was kept until then, the latest first. */
    void runEnded() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        // Nothing is added any more, and only this thread takes away.
        untilEnd.forEach(Permit::run);
        synchronized (this) {
            untilEnd.clear();
            released = true;
        }
        leaveSeat();
    }

    /**
     * The client has been told how the run ended, or will not be.
     *
     * @return true the first time
     */
    boolean clientAnswered() {
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
