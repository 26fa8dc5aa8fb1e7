/**
 * The HTTP interface of the application. This package has the parts that all subpackages share: the JAX-RS application, problem
 * documents, the address of the page and the security headers.
 *
 * <p>May use workflow, server, config, sse and json. Subpackages: {@code access} decides whether a request may enter, {@code form} reads
 * it, {@code run} answers with runs and tasks, {@code response} keeps the connection to the client, {@code meta} describes the
 * server, {@code page} serves the page. Resources are stateless. Responses are resumed and written on the pools of
 * {@code runtime}, never on the container's request threads.
 */
@NullMarked
package dev.weir.api;

import org.jspecify.annotations.NullMarked;
