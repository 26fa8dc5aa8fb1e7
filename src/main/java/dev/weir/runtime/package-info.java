/**
 * What the server gives: threads from its managed thread factory, settings from MicroProfile Config.
 *
 * <p>May use stream for how tasks and timers are handed out; the one place where the container's concurrency utilities are named.
 */
@NullMarked
package dev.weir.runtime;

import org.jspecify.annotations.NullMarked;
