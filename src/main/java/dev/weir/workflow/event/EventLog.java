package dev.weir.workflow.event;

import dev.weir.stream.Received;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The last events of one run, numbered from 1, for those who read them later or again: one producer appends, any number of
 * readers follow, each at its own pace. Thread-safe.
 *
 * <p>What is kept is bounded in number and in bytes; above that the oldest goes, and a reader that was not there yet is told
 * so. A reader that <em>holds</em> loses nothing if the producer is one that {@linkplain #hasRoom waits for room}. The newest event is always kept, whatever its size.
 */
public final class EventLog {
    private final int maxEvents;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<EventReader> holding = new LinkedHashSet<>();

    /** What readers that do not wait want to have run when something has come. */
    private final Map<EventReader, Runnable> asking = new LinkedHashMap<>();

    private final EventStore events = new EventStore();
    private boolean producerWaits;
    /** What the producer wants to have run when there is room; null while it does not wait. */
    private @Nullable Runnable producer;

    private @Nullable Received end;

    /**
     * An empty log.
     *
     * @param maxEvents the most events that are kept
     * @param maxBytes the most that they take together, by their {@code MemoryEstimate}
     */
    public EventLog(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /** Adds an event; never blocks. After the end nothing is added. */
    public void append(@Nullable Object event) {
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

    /** What those who wait want to have run, once and without the lock. */
    private List<Runnable> told() {
        if (asking.isEmpty() && producer == null) {
            return List.of();
        }
        List<Runnable> asked = new ArrayList<>(asking.values());
        asking.clear();
        if (producer != null && end != null) {
            asked.add(producer);
            producer = null;
        }
        return asked;
    }

    /** The producer's action if it waits, to be run without the lock. */
    private Runnable roomMade() {
        Runnable waiting = producer;
        producer = null;
        return waiting == null ? () -> {} : waiting;
    }

    /** Whether the log has no room for {@code more} events besides those it has. */
    private boolean full(int more) {
        return events.size() + more > maxEvents || events.bytes() + more > maxBytes;
    }

    private boolean unreadByHolders(long number) {
        if (producerWaits) {
            for (EventReader reader : holding) {
                if (reader.position() < number) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Whether one more event makes no holding reader lose any, and leaves none with more than {@code ahead} unread. True after the
     * end, too. The producer asks before each event.
     *
     * @param whenRoom run once, as soon as there may be room, if there is none; it must not block. One that an earlier call left is
     *     forgotten.
     */
    public boolean hasRoom(int ahead, Runnable whenRoom) {
        lock.lock();
        try {
            producerWaits = true;
            boolean room = end != null || !crowded(ahead);
            producer = room ? null : whenRoom;
            return room;
        } finally {
            lock.unlock();
        }
    }

    private boolean crowded(int ahead) {
        boolean wouldLose = events.size() > 0 && full(1) && unreadByHolders(events.oldest());
        return wouldLose || unreadByHolders(events.newest() - ahead + 1);
    }

    /** Nothing more comes; the first end counts. */
    public void end(Received last) {
        List<Runnable> asked = List.of();
        lock.lock();
        try {
            if (end == null) {
                end = last;
                asked = told();
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
    public EventReader read(long after, boolean holds, Consumer<EventReader> whenClosed) {
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
    public void release(EventReader reader) {
        Runnable waiting = () -> {};
        lock.lock();
        try {
            if (holding.remove(reader)) {
                waiting = roomMade();
            }
        } finally {
            lock.unlock();
        }
        waiting.run();
    }

    /** What comes next for {@code reader}; null if nothing has come yet, and {@code whenReadable} is run when it has. */
    @Nullable
    Received next(EventReader reader, Runnable whenReadable) {
        Runnable waiting = () -> {};
        Received next;
        lock.lock();
        try {
            next = reader.advance(events.oldest(), events.newest(), end);
            if (next == null) {
                asking.put(reader, whenReadable);
            } else {
                asking.remove(reader);
                if (holding.contains(reader)) {
                    waiting = roomMade();
                }
            }
        } finally {
            lock.unlock();
        }
        waiting.run();
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
    public long newest() {
        lock.lock();
        try {
            return events.newest();
        } finally {
            lock.unlock();
        }
    }

    /** What the kept events take. */
    public long bytes() {
        lock.lock();
        try {
            return events.bytes();
        } finally {
            lock.unlock();
        }
    }
}
