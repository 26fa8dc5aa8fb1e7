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
 * The events of a run in their order, from where a client left off; each chunk is {@link Numbered}. One that fell behind what
 * is kept ends with {@link ErrorCode#EVENTS_GONE}. Closing it does nothing to the run.
 */
public final class EventReader implements ChunkSource {
    private final EventLog log;
    private final @Nullable Object previous;
    private long position;
    private final Consumer<EventReader> whenClosed;
    private volatile @Nullable Received ownEnd;
    private volatile boolean open = true;

    /**
     * A reader behind event {@code after}.
     *
     * @param gone whether what follows it is not kept any more
     * @param previous event {@code after} itself; null if there is none
     * @param whenClosed run at each call of {@link #close}
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

    /** The number of the last event that was read; under the log's lock. */
    long position() {
        return position;
    }

    /** The event that was read before this reader began, on another connection; empty at the beginning. */
    public Optional<Object> previous() {
        return Optional.ofNullable(previous);
    }

    /** False once it is closed. */
    boolean isOpen() {
        return open;
    }

    /** True if it was too late from the beginning, or has been ended. */
    boolean hasOwnEnd() {
        return ownEnd != null;
    }

    /** Ends this reader, and only it, with {@code cause}. */
    public void end(WeirException cause) {
        ownEnd = new Received.Failed(cause);
        log.wake();
    }

    /** The next event or the end, null if it has to wait; called under the log's lock. */
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
