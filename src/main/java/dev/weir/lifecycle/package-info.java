/**
 * The start and the end of the application: {@link dev.weir.lifecycle.Startup} loads the configuration and starts the parts,
 * {@code dev.weir.runtime.Shutdown} is the one list of phases of the end, and {@code ShutdownServlet} receives the server's
 * first signal of it.
 *
 * <p>May use workflow, runtime, stream and files; never api, whose parts implement {@link dev.weir.lifecycle.ApplicationPart}.
 * Runs on the thread that starts or ends the application; configurations are loaded again on a thread of the pools.
 */
@NullMarked
package dev.weir.lifecycle;

import org.jspecify.annotations.NullMarked;
