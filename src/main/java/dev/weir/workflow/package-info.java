/**
 * Workflows at work: the graph of jobs, one run of it, and the runs that are known as tasks.
 *
 * <p>May use component, security, config, filter, binding, stream, runtime. No thread waits for a
 * run: short tasks on shared threads drive it and its jobs.
 */
@NullMarked
package dev.weir.workflow;

import org.jspecify.annotations.NullMarked;
