/**
 * Components over a service that runs as a process beside the server, such as vLLM: the process is supervised by {@code
 * process}, and called as an HTTP upstream is.
 *
 * <p>May use component.http, component.http.error, process and what component may. The only user of {@code process} among the
 * components, besides the trial of tokenizers. Thread-safe.
 */
@NullMarked
package dev.weir.component.service;

import org.jspecify.annotations.NullMarked;
