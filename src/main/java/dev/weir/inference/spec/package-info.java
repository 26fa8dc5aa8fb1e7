/**
 * A model's folder and its files of settings: the graphs, the shape of the caches and the defaults of generation. Also the limits
 * under which a model is opened and run.
 *
 * <p>May use sampling, tokenizer, files and stream. Immutable and thread-safe.
 */
@NullMarked
package dev.weir.inference.spec;

import org.jspecify.annotations.NullMarked;
