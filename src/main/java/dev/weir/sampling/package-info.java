/**
 * From logits to a token: the chain of logits processors and the choice.
 *
 * <p>May use the root package only. A sampler belongs to one generation and one thread.
 */
@NullMarked
package dev.weir.sampling;

import org.jspecify.annotations.NullMarked;
