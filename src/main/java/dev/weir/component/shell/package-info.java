/**
 * Components that run programs for a call ({@code shell}): without a shell, with bounded outputs, as a value or line by line.
 *
 * <p>May use process, component and its dependencies. {@code process} starts the programs and ends each with its descendants:
 * with the run, at its time-out, and when the application ends. Outputs are read on threads of {@code process}, which may block;
 * no task thread does.
 */
@NullMarked
package dev.weir.component.shell;

import org.jspecify.annotations.NullMarked;
