package dev.weir.runtime;

import java.time.Duration;

/**
 * The limits of runs, with their keys.
 *
 * @param max {@code weir.runs.max}: the most runs at work at one time; a further run is refused
 * @param maxWaiting {@code weir.runs.queue}: the most runs that wait for a place among {@code controller.max_concurrent_count}
 * @param maxWait {@code weir.runs.queue-timeout}: the longest wait of a run for such a place
 * @param maxCalls {@code weir.runs.max-calls}: the most workflows that components of one run call
 */
public record RunSettings(int max, int maxWaiting, Duration maxWait, int maxCalls) {}
