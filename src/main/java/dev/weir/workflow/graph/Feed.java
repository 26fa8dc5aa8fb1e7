package dev.weir.workflow.graph;

import dev.weir.stream.ChunkSource;

/**
 * The streamed output of a job for the job that reads it as it comes.
 *
 * @param producer the id of the job that streams
 */
record Feed(String producer, ChunkSource chunks) {}
