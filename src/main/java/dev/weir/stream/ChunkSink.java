package dev.weir.stream;

import dev.weir.WeirException;

/**
 * The producer's end of a stream. One producer at a time. No method blocks; every producer ends its stream with exactly
 * one of {@link #complete} and {@link #fail}, also when it throws (a later second end is ignored).
 */
public interface ChunkSink {

    /**
     * Adds a chunk if there is room.
     *
     * @return false if the queue is full or its reader has gone; the chunk is then not taken, and {@link #onWritable} tells
     *     when to try again
     */
    boolean offer(Object chunk);

    /**
     * Runs {@code action} once: at once on this thread if there is room now or the reader has gone, otherwise on the reader's
     * thread, as soon as there is room for several chunks or the reader goes. It must be short and must not block. A later
     * call replaces an action that waits.
     */
    void onWritable(Runnable action);

    /** Ends the stream well. The end is never lost, however full the queue is. */
    void complete();

    /** Ends the stream with an error, which the reader sees after the chunks before it. */
    void fail(WeirException cause);

    /** True when the reader has gone: nothing more is wanted. */
    boolean isCancelled();

    /** Runs {@code action} once when the reader goes: at once on this thread if it has gone. It must not block. */
    void onCancel(Runnable action);
}
