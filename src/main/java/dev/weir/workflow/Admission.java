package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The places of runs at work, and the bounded room where further runs wait for one. First come, first served: a place that
 * becomes free goes to the ticket that has waited longest. Waiting holds no thread. Thread-safe; what it calls is called
 * outside its lock.
 */
final class Admission {
    private final int room;
    private final Duration patience;
    private final Timers timers;
    private final int most;
    private final Set<Ticket> waiting = new LinkedHashSet<>();
    private int places;
    private int taken;

    /**
     * An empty room.
     *
     * @param most the most places that are ever taken
     * @param room the most tickets that wait
     * @param patience the longest that one waits
     */
    Admission(int most, int room, Duration patience, Timers timers) {
        this.most = most;
        this.room = room;
        this.patience = patience;
        this.timers = timers;
    }

    /**
     * A ticket that has a place or waits for one.
     *
     * @param limit how many places there are from now on; 0 for no limit
     * @throws WeirException {@link ErrorCode#TOO_MANY_RUNS} when places and room are full
     */
    Ticket enter(int limit) {
        Ticket ticket = new Ticket();
        List<Runnable> begun;
        WeirException refusal = null;
        synchronized (this) {
            places = limit;
            begun = fillPlaces();
            if (taken >= most) {
                refusal = tooMany("too many runs are at work (" + most + ", weir.runs.max)");
            } else if (free()) {
                take(ticket);
            } else if (waiting.size() < room) {
                waiting.add(ticket);
            } else {
                refusal = tooMany("too many runs are at work (" + limit + ", controller.max_concurrent_count) or wait ("
                        + room + ", weir.runs.queue)");
            }
        }
        begun.forEach(Runnable::run);
        if (refusal != null) {
            throw refusal;
        }
        return ticket;
    }

    private static WeirException tooMany(String why) {
        return new WeirException(ErrorCode.TOO_MANY_RUNS, why + ": retry later");
    }

    private boolean free() {
        return taken < most && (places == 0 || taken < places);
    }

    private @Nullable Runnable take(Ticket ticket) {
        taken++;
        return ticket.become(Standing.PLACED);
    }

    /** Gives free places to those who wait, longest first; what they begin with. */
    private List<Runnable> fillPlaces() {
        List<Runnable> begun = new ArrayList<>();
        while (free() && !waiting.isEmpty()) {
            Ticket next = waiting.iterator().next();
            waiting.remove(next);
            Runnable begin = take(next);
            if (begin != null) {
                begun.add(begin);
            }
        }
        return begun;
    }

    private enum Standing {
        WAITING,
        PLACED,
        LEFT
    }

    /** One run's claim to a place. It must be left in the end, as often as one likes. */
    final class Ticket {
        private Standing standing = Standing.WAITING;
        private @Nullable Runnable begin;
        private Cancellation.@Nullable Registration patienceEnds;

        private Ticket() {}

        /**
         * Runs {@code begin} once: now if this has a place or has been left, otherwise as soon as that is so, on the thread
         * that brings it about. It must not block.
         *
         * @param tooLong run on a timer's thread when this has waited too long; must leave, and must not block
         * @param untimed run at once in place of that where no timer can be had; must leave
         * @return whether this waits
         */
        boolean await(Runnable begin, Runnable tooLong, Runnable untimed) {
            AtomicBoolean refused = new AtomicBoolean();
            synchronized (Admission.this) {
                if (standing == Standing.WAITING) {
                    this.begin = begin;
                    patienceEnds = timers.after(patience, tooLong, refusal -> refused.set(true));
                    if (!refused.get()) {
                        return true;
                    }
                }
            }
            (refused.get() ? untimed : begin).run();
            return false;
        }

        /** Frees the place, or goes out of the room. Does nothing the second time. */
        void leave() {
            List<Runnable> begun = new ArrayList<>();
            synchronized (Admission.this) {
                if (standing == Standing.LEFT) {
                    return;
                }
                if (standing == Standing.PLACED) {
                    taken--;
                }
                waiting.remove(this);
                Runnable mine = become(Standing.LEFT);
                if (mine != null) {
                    begun.add(mine);
                }
                begun.addAll(fillPlaces());
            }
            begun.forEach(Runnable::run);
        }

        /** What has waited for this, to be run outside the lock. */
        private @Nullable Runnable become(Standing next) {
            standing = next;
            if (patienceEnds != null) {
                patienceEnds.close();
                patienceEnds = null;
            }
            Runnable waited = begin;
            begin = null;
            return waited;
        }
    }
}
