package dev.weir.stream;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A queue between one producer and one consumer, bounded in chunks and in bytes. A full queue refuses chunks, so that a slow
 * client slows the producer. The read that leaves the queue half empty runs the {@link ChunkSink#onWritable} action, so that
 * a slow reader does not wake the producer for each chunk.
 *
 * <p>One lock guards the state; callbacks run outside it. The end is kept beside the queue, so that a full queue cannot lose
 * it.
 */
public final class ChunkQueue implements ChunkSink, ChunkSource {
    /** The estimated overhead of a chunk beside its characters or bytes. */
    private static final int CHUNK_BYTES = 48;

    private final int capacity;
    private final long capacityBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Object> chunks;
    private long bytes;
    /** The bytes of the chunk that was refused last; 0 after an accepted chunk. */
    private long refused;

    private @Nullable Received end;
    private boolean closed;
    private @Nullable Runnable whenReadable;
    private @Nullable Runnable whenWritable;
    private @Nullable Runnable whenCancelled;

    /**
     * Creates an empty, open queue that is bounded only in chunks.
     *
     * @param capacity the most waiting chunks, at least 1
     */
    public ChunkQueue(int capacity) {
        this(capacity, Long.MAX_VALUE);
    }

    /**
     * Creates an empty, open queue.
     *
     * @param capacity the most waiting chunks, at least 1
     * @param capacityBytes the most memory of the waiting chunks, at least 1; a larger chunk is taken only into an empty
     *     queue. A text counts two bytes per character, the most that it uses
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

    /** Returns the next chunk or the end; null if there is none. Called with the lock held. */
    private @Nullable Received next() {
        Object chunk = chunks.poll();
        if (chunk != null) {
            bytes -= weight(chunk);
            return new Received.Chunk(chunk);
        }
        return end;
    }

    /** Takes the consumer's action, which runs once. Called with the lock held. */
    private @Nullable Runnable readableAction() {
        Runnable action = whenReadable;
        whenReadable = null;
        return action;
    }

    /** Takes the producer's action if there is room for it. Called with the lock held. */
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
                // A stream with dropped chunks must not look complete.
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
