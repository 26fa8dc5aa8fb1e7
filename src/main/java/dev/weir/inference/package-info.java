/**
 * Local models under ONNX Runtime, the only package that knows it: sessions, key-value caches, and the scheduler that
 * decodes many sequences on one thread.
 *
 * <p>May use tokenizer, sampling, stream and files. Plain Java, constructor-injected.
 */
@NullMarked
package dev.weir.inference;

import org.jspecify.annotations.NullMarked;
