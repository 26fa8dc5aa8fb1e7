package dev.weir.runtime;

import java.time.Duration;

/**
 * Bounds of runs. The keys of the server's configuration stand with them.
 *
 * @param max {@code weir.runs.max}: the most runs at work at any time; one more is refused
 * @param maxWaiting {@code weir.runs.queue}: the most runs that wait for a place among {@code controller.max_concurrent_count}
 * @param maxWait {@code weir.runs.queue-timeout}: the longest that one of those waits
 */
public record RunSettings(int max, int maxWaiting, Duration maxWait) {}
