/**
 * The rim that clients meet: JAX-RS resources, problem documents, admission. It turns a request into a run and a run's
 * output into a response.
 *
 * <p>May use workflow, sse, config, stream, runtime. Resources are stateless; responses are resumed and written on the pools
 * of {@code runtime}, never on the container's request threads.
 */
@NullMarked
package dev.weir.api;

import org.jspecify.annotations.NullMarked;
