/**
 * The providers' protocols: how a stream begins, ends, fails and keeps alive, and where payloads have counts of tokens.
 *
 * <p>May use component.http.error, json, stream and the root. No method blocks. A {@code StreamMarks} and a
 * {@code ReportedSummary} belong to one body.
 */
@NullMarked
package dev.weir.component.http.protocol;

import org.jspecify.annotations.NullMarked;
