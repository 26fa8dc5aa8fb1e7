/**
 * From the bytes of a request to a run request: bodies are received without a thread, kept within budgets, and read as JSON,
 * as forms or as multipart.
 *
 * <p>May use binding, json, files, security, stream, runtime and lifecycle. A body belongs to one request; {@code
 * IncomingBodies} and {@code BodyStore} are thread-safe.
 */
@NullMarked
package dev.weir.api.form;

import org.jspecify.annotations.NullMarked;
