/**
 * Runs of workflows: the run, its driver, the served configuration, and the registry of runs that are known as tasks.
 *
 * <p>May use its parts {@code admission}, {@code event}, {@code graph} and {@code served}, component, security, config,
 * config.reader, config.schema, config.yaml, filter, binding, json, stream, telemetry and runtime. No thread waits for a run: short
 * tasks on shared threads drive it and its jobs.
 */
@NullMarked
package dev.weir.workflow;

import org.jspecify.annotations.NullMarked;
