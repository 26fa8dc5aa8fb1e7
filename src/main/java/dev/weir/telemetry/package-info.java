/**
 * Observation of runs: the trace of a request, and the instruments of the server with their text for Prometheus.
 *
 * <p>May use runtime. Records are immutable; instruments are thread-safe and never block.
 */
@NullMarked
package dev.weir.telemetry;

import org.jspecify.annotations.NullMarked;
