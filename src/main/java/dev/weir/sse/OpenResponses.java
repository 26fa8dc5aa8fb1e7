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
 * The responses that are being answered. One timer looks after all of them: who is to be sent a sign of life, whose first chunk takes
 * too long, who takes nothing. Thread-safe.
 */
public final class OpenResponses {
    private static final System.Logger LOG = System.getLogger(OpenResponses.class.getName());
    private static final Duration OFTEN = Duration.ofMillis(50);
    private static final Duration SELDOM = Duration.ofSeconds(1);

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
     * How long what may take.
     *
     * @param heartbeat the silence after which a comment keeps a connection alive; zero for never
     * @param firstChunkWait how long the head of a stream waits for its first chunk
     * @param writeTimeout how long a client may take nothing; zero for ever
     */
    public record Limits(Duration heartbeat, Duration firstChunkWait, Duration writeTimeout) {
        private static final Duration SILENCE = Duration.ofSeconds(2);

        /** How long nothing is written to a client before it is looked for by other means. */
        public Duration silence() {
            return firstChunkWait.compareTo(SILENCE) < 0 ? firstChunkWait : SILENCE;
        }
    }

    /** Finds clients that have gone without a write to them. */
    @FunctionalInterface
    public interface Clients {
        /** Those of {@code responses} whose client has certainly gone; none where that cannot be told. May take a while. */
        Collection<Object> gone(Collection<Object> responses);

        /** Whether a look at any response helps to find clients later. Does not wait. */
        default boolean isLearning() {
            return false;
        }
    }

    /**
     * No responses yet.
     *
     * @param tasks ask for the clients
     */
    public OpenResponses(Limits limits, Timers timers, Tasks tasks, Clients clients) {
        this.limits = limits;
        this.timers = timers;
        this.tasks = tasks;
        this.clients = clients;
        this.period = period(limits);
    }

    /** A fraction of the shortest of the limits. */
    private static Duration period(Limits limits) {
        Duration period = SELDOM;
        for (Duration each : List.of(limits.heartbeat(), limits.firstChunkWait(), limits.writeTimeout())) {
            Duration part = each.dividedBy(4);
            if (!each.isZero() && part.compareTo(period) < 0) {
                period = part;
            }
        }
        return period.compareTo(OFTEN) < 0 ? OFTEN : period;
    }

    /** How long what may take. */
    public Limits limits() {
        return limits;
    }

    /** Begins to look after {@code each}. */
    public void add(Watched each) {
        watched.add(each);
        lookLater();
        if (clients.isLearning()) {
            tasks.execute(() -> lookFor(List.of(each)), refusal -> {});
        }
    }

    /** Looks after {@code each} no more: it has ended. */
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
                if (finding == Watched.Finding.UNHEARD) {
                    unheard.add(each);
                } else if (finding == Watched.Finding.STALLED) {
                    stalled.add(each);
                }
            }
            // Not on the timer's thread: what ends a run does more than a timer's action may.
            stalled.forEach(each -> tasks.execute(each::drop, refusal -> {}));
            if (!unheard.isEmpty()) {
                tasks.execute(() -> lookFor(unheard), refusal -> {});
            }
        } finally {
            if (!watched.isEmpty()) {
                lookLater();
            }
        }
    }

    /** One that cannot be looked at keeps no other from being looked at. */
    private static Watched.Finding look(Watched each, long now) {
        try {
            return each.look(now);
        } catch (RuntimeException | Error e) {
            FaultLog.error(LOG, "a response could not be checked", e);
            return Watched.Finding.FINE;
        }
    }

    private void lookFor(List<Watched> unheard) {
        Collection<Object> gone =
                clients.gone(unheard.stream().map(Watched::response).toList());
        unheard.stream().filter(each -> gone.contains(each.response())).forEach(Watched::leave);
    }

    /** How many there are. */
    public int count() {
        return watched.size();
    }

    /** Ends every response now, with {@code why} as its last word. */
    public void cutOff(WeirException why) {
        for (Watched each : watched) {
            try {
                each.cutOff(why);
            } catch (RuntimeException | Error e) {
                FaultLog.error(LOG, "a response could not be cut off", e);
            }
        }
    }

    /** Waits until there are none; how many there still are when {@code patience} has passed. */
    public int awaitNone(Duration patience) throws InterruptedException {
        long left = patience.toNanos();
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
