/**
 * Components of a service that runs as a process beside the server, such as vLLM. {@code process} supervises the
 * process; calls are HTTP calls as to any upstream.
 *
 * <p>May use component.http, component.http.error, process, and component with its dependencies. Other users of {@code process}
 * are component.shell and the trial of tokenizers. Thread-safe.
 */
@NullMarked
package dev.weir.component.service;

import org.jspecify.annotations.NullMarked;
