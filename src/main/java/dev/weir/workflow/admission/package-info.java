/**
 * Places for runs: how many run and wait at once, the drain before a configuration or the server ends, and the permit that
 * gives back all that a run holds.
 *
 * <p>May use stream. Thread-safe.
 */
@NullMarked
package dev.weir.workflow.admission;

import org.jspecify.annotations.NullMarked;
