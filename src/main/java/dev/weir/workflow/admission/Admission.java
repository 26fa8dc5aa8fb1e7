package dev.weir.workflow.admission;

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
 * Limits the runs at work and queues further runs, first come, first served. Waiting holds no thread. Thread-safe; actions
 * run outside the lock.
 */
public final class Admission {
    private final int room;
    private final Duration maxWait;
    private final Timers timers;
    private final int most;
    private final Set<Ticket> waiting = new LinkedHashSet<>();
    private int places;
    private int taken;

    /**
     * Creates an admission without runs.
     *
     * @param most the largest number of runs at work
     * @param room the largest number of waiting runs
     * @param maxWait the longest wait of a run
     */
    public Admission(int most, int room, Duration maxWait, Timers timers) {
        this.most = most;
        this.room = room;
        this.maxWait = maxWait;
        this.timers = timers;
    }

    /**
     * Returns a ticket that has a place or waits for one.
     *
     * @param limit the number of places from now on, at most {@code most}; 0 for no further limit
     * @throws WeirException {@link ErrorCode#TOO_MANY_RUNS} if {@code most} runs are at work, or places and queue are
     *     full
     */
    public Ticket enter(int limit) {
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

    /** Returns the number of runs that wait. */
    public synchronized int waiting() {
        return waiting.size();
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

    /** Gives free places to waiting tickets, the longest wait first. Returns their actions. */
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

    /** One run's right to a place. {@link #leave} must be called in the end; further calls do nothing. */
    public final class Ticket {
        private Standing standing = Standing.WAITING;
        private @Nullable Runnable begin;
        private Cancellation.@Nullable Registration waitTimer;

        private Ticket() {}

        /**
         * Runs {@code begin} once: now if this ticket has a place or has been left, otherwise as soon as one of these
         * happens, on the thread that causes it. Never blocks.
         *
         * @param begin must not block
         * @param tooLong runs on a timer's thread when the wait exceeds its limit; must call {@link #leave}, and must not
         *     block
         * @param untimed runs at once in place of {@code tooLong} if no timer can be had; must call {@link #leave}
         * @return true if this ticket waits
         */
        public boolean await(Runnable begin, Runnable tooLong, Runnable untimed) {
            AtomicBoolean refused = new AtomicBoolean();
            synchronized (Admission.this) {
                if (standing == Standing.WAITING) {
                    this.begin = begin;
                    waitTimer = timers.after(maxWait, tooLong, refusal -> refused.set(true));
                    if (!refused.get()) {
                        return true;
                    }
                }
            }
            (refused.get() ? untimed : begin).run();
            return false;
        }

        /** Frees the place or leaves the queue. Further calls do nothing. */
        public void leave() {
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

        /** Changes the standing. Returns the waiting action, which runs outside the lock. */
        private @Nullable Runnable become(Standing next) {
            standing = next;
            if (waitTimer != null) {
                waitTimer.close();
                waitTimer = null;
            }
            Runnable waited = begin;
            begin = null;
            return waited;
        }
    }
}
