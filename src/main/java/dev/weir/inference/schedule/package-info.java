/**
 * The scheduler that decodes many sequences on one thread: who waits, who reads the prompt, who takes the next step.
 *
 * <p>May use inference.spec, tokenizer, sampling and stream. One loop a model touches its sequences; what is called from
 * outside is thread-safe.
 */
@NullMarked
package dev.weir.inference.schedule;

import org.jspecify.annotations.NullMarked;
