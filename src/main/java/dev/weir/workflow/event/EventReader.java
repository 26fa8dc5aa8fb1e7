package dev.weir.workflow.event;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Numbered;
import dev.weir.stream.Received;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events of a run in their order, after the last event that a client has received. Each chunk is {@link Numbered}. A
 * reader whose next event is no longer kept ends with {@link ErrorCode#EVENTS_GONE}. Closing the reader does not affect the
 * run.
 */
public final class EventReader implements ChunkSource {
    private final EventLog log;
    private final @Nullable Object previous;
    private long position;
    private final Consumer<EventReader> whenClosed;
    private volatile @Nullable Received ownEnd;
    private volatile boolean open = true;

    /**
     * Creates a reader of the events after number {@code after}.
     *
     * @param gone true if the next event is no longer kept
     * @param previous event {@code after} itself; null if there is none
     * @param whenClosed runs at each call of {@link #close}
     */
    EventReader(EventLog log, long after, boolean gone, @Nullable Object previous, Consumer<EventReader> whenClosed) {
        this.log = log;
        this.position = after;
        this.previous = previous;
        this.whenClosed = whenClosed;
        this.ownEnd = gone ? gone(after) : null;
    }

    private static Received gone(long after) {
        return new Received.Failed(new WeirException(
                ErrorCode.EVENTS_GONE,
                "the events after number " + after
                        + " are not kept any more (weir.task.replay, weir.task.replay-bytes)"));
    }

    /** Returns the number of the last event that was read. Called under the log's lock. */
    long position() {
        return position;
    }

    /** Returns the last event that the client received on an earlier connection; empty at the beginning. */
    public Optional<Object> previous() {
        return Optional.ofNullable(previous);
    }

    /** True until the reader is closed. */
    boolean isOpen() {
        return open;
    }

    /** True if the reader has ended apart from its log: its events are not kept, or {@link #end} was called. */
    boolean hasOwnEnd() {
        return ownEnd != null;
    }

    /** Ends only this reader, with {@code cause}. */
    public void end(WeirException cause) {
        ownEnd = new Received.Failed(cause);
        log.wake();
    }

    /** Returns the next event or the end; null if there is none yet. Called under the log's lock. */
    @Nullable
    Received advance(long oldest, long newest, @Nullable Received end) {
        if (ownEnd != null) {
            return ownEnd;
        }
        if (position >= newest) {
            return end;
        }
        if (position + 1 < oldest) {
            ownEnd = gone(position);
            return ownEnd;
        }
        position++;
        return new Received.Chunk(new Numbered(position, log.event(position)));
    }

    @Override
    public @Nullable Received poll(Runnable whenReadable) {
        return log.next(this, whenReadable);
    }

    @Override
    public void close() {
        open = false;
        log.forget(this);
        whenClosed.accept(this);
    }
}
