/**
 * The rim that clients meet. This package has what all its parts share: the JAX-RS application, problem documents, the address
 * of the page and the headers of security.
 *
 * <p>May use workflow, config, sse and json. Its parts: {@code access} decides whether a request may enter, {@code form} reads
 * it, {@code run} answers with runs and tasks, {@code response} keeps the connection to the client, {@code meta} describes the
 * server, {@code page} serves the page. Resources are stateless; responses are resumed and written on the pools of {@code
 * runtime}, never on the container's request threads.
 */
@NullMarked
package dev.weir.api;

import org.jspecify.annotations.NullMarked;
