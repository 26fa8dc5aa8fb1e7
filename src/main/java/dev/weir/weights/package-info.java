/**
 * Weights of a checkpoint: the tensors of safetensors files, checked before a byte of them is mapped. Headers have untrusted
 * content; nothing is unpickled.
 *
 * <p>May use files and json. Values are immutable and thread-safe. Reading blocks.
 */
@NullMarked
package dev.weir.weights;

import org.jspecify.annotations.NullMarked;
