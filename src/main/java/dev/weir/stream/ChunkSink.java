package dev.weir.stream;

import dev.weir.WeirException;

/**
 * The producer's end of a stream. One producer thread at a time. No method blocks. Every producer ends its stream with one
 * call of {@link #complete} or {@link #fail}, also when it throws. A second end is ignored.
 */
public interface ChunkSink {

    /**
     * Adds a chunk if there is room.
     *
     * @return false if the queue is full or the reader has closed the stream. The chunk is then not taken; use
     *     {@link #onWritable} to retry.
     */
    boolean offer(Object chunk);

    /**
     * Runs {@code action} once: at once on this thread if there is room or the stream is closed. Otherwise on the reader's
     * thread, when there is room for several chunks or the stream is closed. It must be short and must not block. A later
     * call replaces a waiting action.
     */
    void onWritable(Runnable action);

    /** Ends the stream normally. The end is never lost, however full the queue is. */
    void complete();

    /** Ends the stream with a failure, which the reader receives after the earlier chunks. */
    void fail(WeirException cause);

    /** True when the reader has closed the stream: no further chunk is wanted. */
    boolean isCancelled();

    /**
     * Runs {@code action} once when the reader closes the stream: at once on this thread if it is closed. It must not block.
     * A close after the end of the stream does not run it.
     */
    void onCancel(Runnable action);
}
