/**
 * Turns the bytes of a request into a run request: bodies are received without a thread, kept within budgets, and parsed as JSON
 * or as one of the two kinds of forms.
 *
 * <p>May use binding, json, files, security, stream, runtime and lifecycle. A body belongs to one request; {@code IncomingBodies}
 * is thread-safe.
 */
@NullMarked
package dev.weir.api.form;

import org.jspecify.annotations.NullMarked;
