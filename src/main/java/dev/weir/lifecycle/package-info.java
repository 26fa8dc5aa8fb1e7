/**
 * The start and the end of the application. {@link dev.weir.lifecycle.Startup} loads the configuration and starts the parts.
 * {@code dev.weir.runtime.Shutdown} has the list of phases, and {@code ShutdownServlet} receives the server's first signal.
 *
 * <p>May use workflow, runtime, stream and files; never api, which implements {@link dev.weir.lifecycle.ApplicationPart}. Runs on
 * the thread that starts or ends the application; reloads run on a thread of the pools.
 */
@NullMarked
package dev.weir.lifecycle;

import org.jspecify.annotations.NullMarked;
