/**
 * Graphs under ONNX Runtime, the only package that names it: sessions, tensors, key-value caches, and the decoder that steps
 * many rows at once.
 *
 * <p>May use inference.schedule, for the contract of a decoder, inference.spec and stream. A decoder belongs to one thread;
 * its interrupt is thread-safe.
 */
@NullMarked
package dev.weir.inference.onnx;

import org.jspecify.annotations.NullMarked;
