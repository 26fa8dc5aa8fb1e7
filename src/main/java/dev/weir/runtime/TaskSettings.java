package dev.weir.runtime;

import java.time.Duration;

/**
 * The limits of the data that is kept for a task, with their keys.
 *
 * @param maxOutputBytes {@code weir.task.max-output}, bytes: the largest output that is kept for its task, or collected for
 *     another job
 * @param replayEvents {@code weir.task.replay}: the most events of a task that are kept for later readers
 * @param replayBytes {@code weir.task.replay-bytes}, bytes: the most memory of the kept events of a task
 * @param resumeTimeout {@code weir.task.resume-timeout}: the longest time that a run waits for its client to continue a resumable
 *     stream
 */
public record TaskSettings(int maxOutputBytes, int replayEvents, int replayBytes, Duration resumeTimeout) {}
