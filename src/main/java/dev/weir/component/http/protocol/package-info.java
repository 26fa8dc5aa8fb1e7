/**
 * The providers' protocols: how a stream begins, ends, fails and keeps alive, where payloads have counts of tokens, and which
 * operation a path stands for.
 *
 * <p>May use component.http.error, json, stream, telemetry and the root. No method blocks. A {@code StreamMarks} and a
 * {@code ReportedSummary} belong to one body.
 */
@NullMarked
package dev.weir.component.http.protocol;

import org.jspecify.annotations.NullMarked;
