/**
 * The scheduler that decodes many sequences on one thread: which sequences wait, which prompt is read, which sequences take the
 * next step.
 *
 * <p>May use inference.spec, tokenizer, sampling and stream. Each model has one loop, which alone works on its sequences. Methods
 * for other threads are thread-safe.
 */
@NullMarked
package dev.weir.inference.schedule;

import org.jspecify.annotations.NullMarked;
