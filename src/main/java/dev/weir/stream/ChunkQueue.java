package dev.weir.stream;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A queue between one producer and one consumer, which are both its two ends, bounded in chunks and in bytes. Its bounds are
 * what lets a slow client slow the producer: a full queue refuses, the producer pauses, and the read that leaves it half full runs the producer's
 * {@link ChunkSink#onWritable} action, so that one who reads slowly does not wake the producer for each chunk.
 *
 * <p>The consumer leaves word of what to run when there is something. One lock guards the state;
 * callbacks run outside it. The end is kept beside the queue, so that a full queue never
 * blocks or loses it.
 */
public final class ChunkQueue implements ChunkSink, ChunkSource {
    /** What a chunk takes beside its characters or bytes. */
    private static final int CHUNK_BYTES = 48;

    private final int capacity;
    private final long capacityBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Object> chunks;
    private long bytes;
    /** What the last chunk that was refused would have taken. */
    private long refused;

    private @Nullable Received end;
    private boolean closed;
    private @Nullable Runnable whenReadable;
    private @Nullable Runnable whenWritable;
    private @Nullable Runnable whenCancelled;

    /**
     * A queue that is empty and open, whose chunks are counted but not measured.
     *
     * @param capacity the most chunks that wait at any time, at least 1
     */
    public ChunkQueue(int capacity) {
        this(capacity, Long.MAX_VALUE);
    }

    /**
     * A queue that is empty and open.
     *
     * @param capacity the most chunks that wait at any time, at least 1
     * @param capacityBytes the most memory that they take, at least 1; a larger chunk waits alone. A text counts two bytes a
     *     character, which is the most that it takes
     */
    public ChunkQueue(int capacity, long capacityBytes) {
        if (capacity < 1 || capacityBytes < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, was " + capacity + ", " + capacityBytes);
        }
        this.capacity = capacity;
        this.capacityBytes = capacityBytes;
        this.chunks = new ArrayDeque<>(Math.min(capacity, 64));
    }

    private static long weight(Object chunk) {
        if (chunk instanceof String text) {
            return CHUNK_BYTES + 2L * text.length();
        }
        return chunk instanceof byte[] array ? CHUNK_BYTES + (long) array.length : CHUNK_BYTES;
    }

    /** Called with the lock held. */
    private boolean hasRoomFor(long weight) {
        return chunks.isEmpty() || (chunks.size() < capacity && bytes + weight <= capacityBytes);
    }

    @Override
    public boolean offer(Object chunk) {
        Runnable awaited;
        long weight = weight(chunk);
        lock.lock();
        try {
            if (closed || end != null) {
                return false;
            }
            if (!hasRoomFor(weight)) {
                refused = weight;
                return false;
            }
            chunks.add(chunk);
            bytes += weight;
            refused = 0;
            awaited = readableAction();
        } finally {
            lock.unlock();
        }
        run(awaited);
        return true;
    }

    @Override
    public void onWritable(Runnable action) {
        lock.lock();
        try {
            if (!closed && !hasRoomFor(refused)) {
                whenWritable = action;
                return;
            }
        } finally {
            lock.unlock();
        }
        action.run();
    }

    @Override
    public void complete() {
        end(Received.Completed.INSTANCE);
    }

    @Override
    public void fail(WeirException cause) {
        end(new Received.Failed(cause));
    }

    private void end(Received received) {
        Runnable awaited = null;
        lock.lock();
        try {
            if (end == null) {
                end = received;
                awaited = readableAction();
            }
        } finally {
            lock.unlock();
        }
        run(awaited);
    }

    @Override
    public boolean isCancelled() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onCancel(Runnable action) {
        lock.lock();
        try {
            if (!closed) {
                whenCancelled = action;
                return;
            }
        } finally {
            lock.unlock();
        }
        action.run();
    }

    @Override
    public @Nullable Received poll(Runnable action) {
        Runnable freed;
        Received received;
        lock.lock();
        try {
            received = next();
            whenReadable = received == null ? action : null;
            freed = writableAction();
        } finally {
            lock.unlock();
        }
        run(freed);
        return received;
    }

    /** The next thing to hand out, or null when nothing is ready. Called with the lock held. */
    private @Nullable Received next() {
        Object chunk = chunks.poll();
        if (chunk != null) {
            bytes -= weight(chunk);
            return new Received.Chunk(chunk);
        }
        return end;
    }

    /** The action that the consumer left, which is run once. Called with the lock held. */
    private @Nullable Runnable readableAction() {
        Runnable action = whenReadable;
        whenReadable = null;
        return action;
    }

    /** The waiting producer's action if there is room for it now. Called with the lock held. */
    private @Nullable Runnable writableAction() {
        if (whenWritable == null || (!closed && !isHalfEmpty())) {
            return null;
        }
        Runnable action = whenWritable;
        whenWritable = null;
        return action;
    }

    private boolean isHalfEmpty() {
        return chunks.isEmpty() || (chunks.size() <= capacity / 2 && bytes <= capacityBytes / 2 && hasRoomFor(refused));
    }

    @Override
    public void close() {
        Runnable cancelled;
        Runnable freed;
        Runnable awaited;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            cancelled = end == null ? whenCancelled : null;
            if (end == null || !chunks.isEmpty()) {
                // What is dropped here must not look like a stream that was read to its end.
                end = new Received.Failed(
                        new WeirException(ErrorCode.CANCELLED, "the stream was closed by its reader"));
            }
            chunks.clear();
            bytes = 0;
            whenCancelled = null;
            freed = writableAction();
            awaited = readableAction();
        } finally {
            lock.unlock();
        }
        run(cancelled);
        run(freed);
        run(awaited);
    }

    private static void run(@Nullable Runnable action) {
        if (action != null) {
            action.run();
        }
    }
}
