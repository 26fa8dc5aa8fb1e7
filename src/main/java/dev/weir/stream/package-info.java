/**
 * The flow of a run's output: a bounded queue of chunks between one producer and one consumer, the signal that cancels a
 * run, the account of what a client was sent, and the guard against a side that stalls.
 *
 * <p>Depends on the root only. A {@link dev.weir.stream.ChunkSink} belongs to one producer thread at a time and a
 * {@link dev.weir.stream.ChunkSource} to one consumer thread at a time; the two ends meet in
 * {@link dev.weir.stream.ChunkQueue}. The end of a stream and its error are values, not exceptions.
 */
@NullMarked
package dev.weir.stream;

import org.jspecify.annotations.NullMarked;
