/**
 * Text to tokens and back: tokenizer files of the Hub, the streaming detokenizer, stop sequences, chat templates.
 *
 * <p>May use jinja and files. A tokenizer is thread-safe; detokenizers and stop sequences belong to one generation.
 */
@NullMarked
package dev.weir.tokenizer;

import org.jspecify.annotations.NullMarked;
