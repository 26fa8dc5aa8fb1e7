/**
 * Admission of runs: the limits of running and waiting runs, the count that the shutdown waits for, and the permit that
 * releases all that a run holds.
 *
 * <p>May use stream. Thread-safe.
 */
@NullMarked
package dev.weir.workflow.admission;

import org.jspecify.annotations.NullMarked;
