package dev.weir.runtime;

import java.time.Duration;

/**
 * Bounds of what is kept of a task. The keys of the server's configuration stand with them.
 *
 * @param maxOutputBytes {@code weir.task.max-output}, bytes: the largest output that is kept for its task, or collected for another job
 * @param replayEvents {@code weir.task.replay}: the most events of a task that are kept for those who read them later or again
 * @param replayBytes {@code weir.task.replay-bytes}: the most that the events of a task take
 * @param resumeTimeout {@code weir.task.resume-timeout}: how long a run waits for its client to continue a stream that it can continue
 */
public record TaskSettings(int maxOutputBytes, int replayEvents, int replayBytes, Duration resumeTimeout) {}
