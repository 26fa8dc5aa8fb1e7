/**
 * The server's resources: threads from its managed thread factory, settings from MicroProfile Config, and the shutdown.
 *
 * <p>May use server, for its threads, and stream, for tasks and timers. Only this package names the container's concurrency utilities.
 */
@NullMarked
package dev.weir.runtime;

import org.jspecify.annotations.NullMarked;
