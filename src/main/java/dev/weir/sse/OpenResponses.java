package dev.weir.sse;

import dev.weir.WeirException;
import dev.weir.stream.FaultLog;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The responses that are not ended. One timer watches all of them: due heartbeats, late first chunks, clients that read nothing.
 * Thread-safe.
 */
public final class OpenResponses {
    private static final System.Logger LOG = System.getLogger(OpenResponses.class.getName());
    private static final Duration SHORTEST_PERIOD = Duration.ofMillis(50);
    private static final Duration LONGEST_PERIOD = Duration.ofSeconds(1);

    private final Limits limits;
    private final Timers timers;
    private final Tasks tasks;
    private final Clients clients;
    private final Duration period;
    private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();

    /**
     * The time limits of a response.
     *
     * @param heartbeat the silence after which a comment keeps a connection alive; zero for no heartbeat
     * @param firstChunkWait the longest time in which the head of a stream waits for the first chunk
     * @param writeTimeout the longest time in which a client may read nothing; zero for no limit
     */
    public record Limits(Duration heartbeat, Duration firstChunkWait, Duration writeTimeout) {
        private static final Duration SILENCE = Duration.ofSeconds(2);

        /** The time without a write after which a client's connection is checked by other means. */
        public Duration silence() {
            return firstChunkWait.compareTo(SILENCE) < 0 ? firstChunkWait : SILENCE;
        }
    }

    /** Finds disconnected clients without a write to them. */
    @FunctionalInterface
    public interface Clients {
        /**
         * The subset of {@code responses} that certainly have no client any more; empty if the server cannot tell. May block for
         * a while.
         */
        Collection<Object> disconnected(Collection<Object> responses);

        /** Whether a check of any response helps to find disconnected clients later. Does not block. */
        default boolean isLearning() {
            return false;
        }
    }

    /**
     * Begins without a response.
     *
     * @param tasks check the clients
     */
    public OpenResponses(Limits limits, Timers timers, Tasks tasks, Clients clients) {
        this.limits = limits;
        this.timers = timers;
        this.tasks = tasks;
        this.clients = clients;
        this.period = period(limits);
    }

    /** The timer's period: a quarter of the shortest limit, within {@link #SHORTEST_PERIOD} and {@link #LONGEST_PERIOD}. */
    private static Duration period(Limits limits) {
        Duration period = LONGEST_PERIOD;
        for (Duration each : List.of(limits.heartbeat(), limits.firstChunkWait(), limits.writeTimeout())) {
            Duration part = each.dividedBy(4);
            if (!each.isZero() && part.compareTo(period) < 0) {
                period = part;
            }
        }
        return period.compareTo(SHORTEST_PERIOD) < 0 ? SHORTEST_PERIOD : period;
    }

    /** The time limits of each response. */
    public Limits limits() {
        return limits;
    }

    /** Begins to watch {@code each}. */
    public void add(Watched each) {
        watched.add(each);
        lookLater();
        if (clients.isLearning()) {
            tasks.execute(() -> lookFor(List.of(each)), refusal -> {});
        }
    }

    /** Stops watching {@code each}, which has ended. */
    public void remove(Watched each) {
        watched.remove(each);
        if (watched.isEmpty()) {
            lock.lock();
            try {
                none.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void lookLater() {
        if (looking.compareAndSet(false, true)) {
            timers.after(period, this::look, refusal -> looking.set(false));
        }
    }

    private void look() {
        looking.set(false);
        try {
            long now = System.nanoTime();
            List<Watched> unheard = new ArrayList<>();
            List<Watched> stalled = new ArrayList<>();
            for (Watched each : watched) {
                Watched.Finding finding = look(each, now);
                if (finding == Watched.Finding.SILENT) {
                    unheard.add(each);
                } else if (finding == Watched.Finding.STALLED) {
                    stalled.add(each);
                }
            }
            // Not on the timer's thread: the end of a run does more than a timer's action may do.
            stalled.forEach(each -> tasks.execute(each::endStalled, refusal -> {}));
            if (!unheard.isEmpty()) {
                tasks.execute(() -> lookFor(unheard), refusal -> {});
            }
        } finally {
            if (!watched.isEmpty()) {
                lookLater();
            }
        }
    }

    /** Checks one response. A failed check does not stop the checks of the others. */
    private static Watched.Finding look(Watched each, long now) {
        try {
            return each.check(now);
        } catch (RuntimeException | Error e) {
            FaultLog.error(LOG, "a response could not be checked", e);
            return Watched.Finding.FINE;
        }
    }

    private void lookFor(List<Watched> unheard) {
        Collection<Object> disconnected =
                clients.disconnected(unheard.stream().map(Watched::response).toList());
        unheard.stream().filter(each -> disconnected.contains(each.response())).forEach(Watched::endDisconnected);
    }

    /** The number of responses that are not ended. */
    public int count() {
        return watched.size();
    }

    /** Ends every response now. The failure {@code why} is sent last, where the response can carry it. */
    public void cutOff(WeirException why) {
        for (Watched each : watched) {
            try {
                each.cutOff(why);
            } catch (RuntimeException | Error e) {
                FaultLog.error(LOG, "a response could not be cut off", e);
            }
        }
    }

    /**
     * Blocks until all responses have ended, at most for {@code limit}.
     *
     * @return the number of responses that have not ended
     */
    public int awaitNone(Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lockInterruptibly();
        try {
            while (!watched.isEmpty() && left > 0) {
                left = none.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
        return watched.size();
    }
}
