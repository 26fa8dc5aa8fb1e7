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
 * The last events of one run, numbered from 1. One producer appends; any number of readers follow, each at its own pace.
 * Thread-safe.
 *
 * <p>The log is bounded in events and in bytes. The oldest events are removed first, but the newest is always kept. A reader
 * whose next event was removed ends with the code {@code EVENTS_GONE}. A <em>holding</em> reader loses nothing if the
 * producer {@linkplain #hasRoom asks for room}.
 */
public final class EventLog {
    private final int maxEvents;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<EventReader> holding = new LinkedHashSet<>();

    /** The actions of readers that run when an event or the end comes. */
    private final Map<EventReader, Runnable> readerActions = new LinkedHashMap<>();

    private final EventStore events = new EventStore();
    private boolean producerWaits;
    /** The action that runs when there is room; null while the producer does not wait. */
    private @Nullable Runnable producer;

    private @Nullable Received end;

    /**
     * Creates an empty log.
     *
     * @param maxEvents the largest number of events that are kept
     * @param maxBytes the largest sum of their bytes, by {@code MemoryEstimate}
     */
    public EventLog(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /** Adds an event. Never blocks. Does nothing after the end. */
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
            asked = takeReaderActions();
        } finally {
            lock.unlock();
        }
        asked.forEach(Runnable::run);
    }

    /** Takes the waiting actions, which run once and without the lock. */
    private List<Runnable> takeReaderActions() {
        if (readerActions.isEmpty() && producer == null) {
            return List.of();
        }
        List<Runnable> asked = new ArrayList<>(readerActions.values());
        readerActions.clear();
        if (producer != null && end != null) {
            asked.add(producer);
            producer = null;
        }
        return asked;
    }

    /** Takes the action of a waiting producer, which runs without the lock. */
    private Runnable takeProducerAction() {
        Runnable waiting = producer;
        producer = null;
        return waiting == null ? () -> {} : waiting;
    }

    /** True if {@code more} further events exceed a bound. */
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
     * True if one more event makes no holding reader lose an event, and leaves none with more than {@code ahead} unread
     * events. True after the end. The producer calls this before each event. Never blocks.
     *
     * @param whenRoom if the result is false, runs once, as soon as there may be room; must not block. It replaces the
     *     action of an earlier call.
     */
    public boolean hasRoom(int ahead, Runnable whenRoom) {
        lock.lock();
        try {
            producerWaits = true;
            boolean room = end != null || !exceedsAhead(ahead);
            producer = room ? null : whenRoom;
            return room;
        } finally {
            lock.unlock();
        }
    }

    private boolean exceedsAhead(int ahead) {
        boolean wouldLose = events.size() > 0 && full(1) && unreadByHolders(events.oldest());
        return wouldLose || unreadByHolders(events.newest() - ahead + 1);
    }

    /** Ends the log. Only the first call has an effect. */
    public void end(Received last) {
        List<Runnable> asked = List.of();
        lock.lock();
        try {
            if (end == null) {
                end = last;
                asked = takeReaderActions();
            }
        } finally {
            lock.unlock();
        }
        asked.forEach(Runnable::run);
    }

    /**
     * Returns a reader of the events after number {@code after}, 0 for all. If they are not kept, the reader only gives that
     * failure.
     *
     * @param after at most {@link #newest}
     * @param holds true if the producer waits for this reader, until it is {@linkplain #release released}
     * @param whenClosed runs at each {@link EventReader#close}
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

    /** Makes the reader a reader that does not hold. */
    public void release(EventReader reader) {
        Runnable waiting = () -> {};
        lock.lock();
        try {
            if (holding.remove(reader)) {
                waiting = takeProducerAction();
            }
        } finally {
            lock.unlock();
        }
        waiting.run();
    }

    /**
     * Returns the next event or end for {@code reader}; null if there is none yet. Then {@code whenReadable} runs once when
     * there is.
     */
    @Nullable
    Received next(EventReader reader, Runnable whenReadable) {
        Runnable waiting = () -> {};
        Received next;
        lock.lock();
        try {
            next = reader.advance(events.oldest(), events.newest(), end);
            if (next == null) {
                readerActions.put(reader, whenReadable);
            } else {
                readerActions.remove(reader);
                if (holding.contains(reader)) {
                    waiting = takeProducerAction();
                }
            }
        } finally {
            lock.unlock();
        }
        waiting.run();
        return next;
    }

    /** Runs the actions of all waiting readers, so that they poll again. */
    void wake() {
        List<Runnable> asked;
        lock.lock();
        try {
            asked = takeReaderActions();
        } finally {
            lock.unlock();
        }
        asked.forEach(Runnable::run);
    }

    /** Removes the action of {@code reader}. */
    void forget(EventReader reader) {
        lock.lock();
        try {
            readerActions.remove(reader);
        } finally {
            lock.unlock();
        }
    }

    /** Returns event {@code number}, which must be kept. Called under the lock. */
    @Nullable
    Object event(long number) {
        return events.event(number);
    }

    /** Returns the number of the last event; 0 before the first. */
    public long newest() {
        lock.lock();
        try {
            return events.newest();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the bytes of the kept events, by {@code MemoryEstimate}. */
    public long bytes() {
        lock.lock();
        try {
            return events.bytes();
        } finally {
            lock.unlock();
        }
    }
}
