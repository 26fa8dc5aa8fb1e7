/**
 * Runs and tasks over HTTP: a run request becomes a run, and the run's output becomes a response.
 *
 * <p>May use api with its subpackages access, form and response, workflow, workflow.event, sse, security, stream, binding, json,
 * files, runtime and lifecycle. Resources are stateless. Responses are written on shared writer threads.
 */
@NullMarked
package dev.weir.api.run;

import org.jspecify.annotations.NullMarked;
