/**
 * The events of a run, in the order in which they happened: a bounded log, its readers, and the delivery that a client may
 * resume on another connection.
 *
 * <p>May use json and stream. Thread-safe.
 */
@NullMarked
package dev.weir.workflow.event;

import org.jspecify.annotations.NullMarked;
