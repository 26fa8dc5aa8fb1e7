/**
 * Local models, ready for their tasks: text generation and text encoding over ONNX Runtime.
 *
 * <p>May use inference.onnx, inference.schedule, inference.spec, tokenizer, sampling and stream. {@code onnx} runs graphs, {@code
 * schedule} decides which sequences take the next decode step, {@code spec} reads the files of a model. Plain Java; threads are
 * passed in as executors. Thread-safe.
 */
@NullMarked
package dev.weir.inference;

import org.jspecify.annotations.NullMarked;
