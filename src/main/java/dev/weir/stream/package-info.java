/**
 * The streams of chunks: a bounded queue between one producer and one consumer, the signal that cancels a run, tasks and
 * timers, the statistics of a delivery, and the guard against a side that stalls.
 *
 * <p>Depends on the root only. A {@link dev.weir.stream.ChunkSink} belongs to one producer thread at a time, a
 * {@link dev.weir.stream.ChunkSource} to one consumer thread at a time. {@link dev.weir.stream.ChunkQueue} connects the two.
 * The end of a stream and its failure are values, not exceptions.
 */
@NullMarked
package dev.weir.stream;

import org.jspecify.annotations.NullMarked;
