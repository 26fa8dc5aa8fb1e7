/**
 * Graphs on ONNX Runtime: sessions, tensors, key-value caches, and the decoder that steps many rows at once. Only this package
 * uses ONNX Runtime's classes.
 *
 * <p>May use inference.schedule, for the contract of a decoder, inference.spec, graph, weights and stream. A decoder belongs to one thread; its
 * interrupt is thread-safe.
 */
@NullMarked
package dev.weir.inference.onnx;

import org.jspecify.annotations.NullMarked;
