/**
 * Workflows at work: the graph of jobs, one run of it, and the runs that are known as tasks.
 *
 * <p>May use component, security, config, filter, binding, stream, runtime. A run is driven by one thread of the run pool; its
 * jobs may run on others.
 */
@NullMarked
package dev.weir.workflow;

import org.jspecify.annotations.NullMarked;
