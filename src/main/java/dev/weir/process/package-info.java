/**
 * Services that run as processes beside the server: started, checked, restarted after their end, and ended with all their
 * descendants. Commands that end by themselves: run with bounded time, and ended in the same way.
 *
 * <p>{@link dev.weir.process.ChildJvm} runs a class of this application in a child JVM.
 *
 * <p>The only user of {@link ProcessBuilder}. May use stream. Plain Java; threads are passed in. The reading of outputs and
 * the ending of trees block threads of the executor; timers only hand over to it.
 */
@NullMarked
package dev.weir.process;

import org.jspecify.annotations.NullMarked;
