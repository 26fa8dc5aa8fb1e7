/**
 * Graphs of ONNX, written from a checkpoint's configuration and weights. What a graph cannot express is refused by name.
 *
 * <p>May use weights. A written graph is immutable and thread-safe; writing blocks only to compare tensors.
 */
@NullMarked
package dev.weir.graph;

import org.jspecify.annotations.NullMarked;
