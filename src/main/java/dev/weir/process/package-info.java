/**
 * Services that run beside the server as processes of their own: started, watched, started again when they die, and ended
 * with everything they started.
 *
 * <p>{@link dev.weir.process.ChildJvm} runs a class of this application in a JVM of its own.
 *
 * <p>The only user of {@link ProcessBuilder}. May use stream. Plain Java: what it needs of threads is given to it. Reading an output and ending a
 * tree block threads of the executor; timers only hand over to it.
 */
@NullMarked
package dev.weir.process;

import org.jspecify.annotations.NullMarked;
