package dev.weir.workflow;

import dev.weir.stream.Received;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The last events of one run, numbered from 1, for those who read them later or again: one producer appends, any number of
 * readers follow, each at its own pace. Thread-safe.
 *
 * <p>What is kept is bounded in number and in bytes; above that the oldest goes, and a reader that was not there yet is told
 * so. A reader that <em>holds</em> loses nothing if the producer is one that {@linkplain #awaitRoom waits for room}. The newest event is always kept, whatever its size.
 */
final class EventLog {
    private final int maxEvents;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final Set<EventReader> holding = new HashSet<>();

    /** What readers that do not wait want to have run when something has come. */
    private final Map<EventReader, Runnable> asking = new HashMap<>();

    private final EventStore events = new EventStore();
    private boolean producerWaits;
    private @Nullable Received end;

    /**
     * An empty log.
     *
     * @param maxEvents the most events that are kept
     * @param maxBytes the most that they take together, by their {@link Footprint}
     */
    EventLog(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /** Adds an event; never blocks. After the end nothing is added. */
    void append(@Nullable Object event) {
        List<Runnable> asked;
        lock.lock();
        try {
            if (end != null) {
                return;
            }
            events.append(event);
            while (full(0) && events.size() > 1 && !unreadByHolders(events.oldest())) {
                events.forgetOldest();
            }
            asked = told();
        } finally {
            lock.unlock();
        }
        asked.forEach(Runnable::run);
    }

    /** Wakes those who wait; what the others want to have run, once and without the lock. */
    private List<Runnable> told() {
        news.signalAll();
        if (asking.isEmpty()) {
            return List.of();
        }
        List<Runnable> asked = List.copyOf(asking.values());
        asking.clear();
        return asked;
    }

    /** Whether the log has no room for {@code more} events besides those it has. */
    private boolean full(int more) {
        return events.size() + more > maxEvents || events.bytes() + more > maxBytes;
    }

    private boolean unreadByHolders(long number) {
        return producerWaits && holding.stream().anyMatch(reader -> reader.position() < number);
    }

    /**
     * Waits until one more event makes no holding reader lose any, and leaves none with more than {@code ahead} unread. Ends
     * with the log, too.
     */
    void awaitRoom(int ahead) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            producerWaits = true;
            while (end == null && crowded(ahead)) {
                room.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean crowded(int ahead) {
        boolean wouldLose = events.size() > 0 && full(1) && unreadByHolders(events.oldest());
        return wouldLose || unreadByHolders(events.newest() - ahead + 1);
    }

    /** Nothing more comes; the first end counts. */
    void end(Received last) {
        List<Runnable> asked = List.of();
        lock.lock();
        try {
            if (end == null) {
                end = last;
                asked = told();
                room.signalAll();
            }
        } finally {
            lock.unlock();
        }
        asked.forEach(Runnable::run);
    }

    /**
     * A reader of what follows event {@code after}, 0 for all. If that is not kept any more, it says so.
     *
     * @param after at most the {@link #newest}
     * @param holds whether it is waited for, until it is {@linkplain #release released}
     */
    EventReader read(long after, boolean holds, Consumer<EventReader> whenClosed) {
        lock.lock();
        try {
            long oldest = events.oldest();
            boolean gone = after == 0 ? oldest > 1 : after < oldest;
            Object previous = after > 0 && !gone ? events.event(after) : null;
            EventReader reader = new EventReader(this, after, gone, previous, whenClosed);
            if (holds && !gone) {
                holding.add(reader);
            }
            return reader;
        } finally {
            lock.unlock();
        }
    }

    /** The reader is waited for no more. */
    void release(EventReader reader) {
        lock.lock();
        try {
            if (holding.remove(reader)) {
                room.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What comes next for {@code reader}; null if nothing has come within {@code patience}. */
    @Nullable
    Received next(EventReader reader, Duration patience) throws InterruptedException {
        long nanos = patience.toNanos();
        lock.lockInterruptibly();
        try {
            Received next = reader.advance(events.oldest(), events.newest(), end);
            while (next == null && nanos > 0) {
                nanos = news.awaitNanos(nanos);
                next = reader.advance(events.oldest(), events.newest(), end);
            }
            return read(reader, next);
        } finally {
            lock.unlock();
        }
    }

    /** What comes next for {@code reader}; null if nothing has come yet, and {@code whenReadable} is run when it has. */
    @Nullable
    Received next(EventReader reader, Runnable whenReadable) {
        lock.lock();
        try {
            Received next = reader.advance(events.oldest(), events.newest(), end);
            if (next == null) {
                asking.put(reader, whenReadable);
            } else {
                asking.remove(reader);
            }
            return read(reader, next);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Received read(EventReader reader, @Nullable Received next) {
        if (next != null && holding.contains(reader)) {
            room.signalAll();
        }
        return next;
    }

    /** Wakes whoever reads, to look again. */
    void wake() {
        List<Runnable> asked;
        lock.lock();
        try {
            asked = told();
        } finally {
            lock.unlock();
        }
        asked.forEach(Runnable::run);
    }

    /** Forgets what {@code reader} wanted to have run. */
    void forget(EventReader reader) {
        lock.lock();
        try {
            asking.remove(reader);
        } finally {
            lock.unlock();
        }
    }

    /** Event {@code number}, which must be kept; under the lock. */
    @Nullable
    Object event(long number) {
        return events.event(number);
    }

    /** The number of the last event; 0 before the first. */
    long newest() {
        lock.lock();
        try {
            return events.newest();
        } finally {
            lock.unlock();
        }
    }

    /** What the kept events take. */
    long bytes() {
        lock.lock();
        try {
            return events.bytes();
        } finally {
            lock.unlock();
        }
    }
}
