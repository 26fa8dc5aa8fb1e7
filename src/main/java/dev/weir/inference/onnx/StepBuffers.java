package dev.weir.inference.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The inputs of a step other than the caches, and its logits, in direct buffers that grow and are reused. Used by one thread.
 *
 * <p>Shapes for {@code rows} sequences that read {@code count} tokens each: {@code input_ids} and {@code position_ids} are {@code
 * int64 [rows, count]}; {@code attention_mask} is {@code int64 [rows, cached + count]} with 1 for each token that a row has read;
 * {@code logits} are {@code [rows, count, vocabularySize]}.
 */
final class StepBuffers {
    private final OrtEnvironment environment;
    private final OnnxJavaType logitsType;
    private final int vocabularySize;
    private final Map<String, LongBuffer> longs = new HashMap<>();
    private ByteBuffer logits = direct(0);

    StepBuffers(OrtEnvironment environment, OnnxJavaType logitsType, int vocabularySize) {
        this.environment = environment;
        this.logitsType = logitsType;
        this.vocabularySize = vocabularySize;
    }

    /** The values of one input of the graph. */
    @FunctionalInterface
    interface Filling {
        long value(int row, int column);
    }

    /** Returns an {@code int64} input; valid until the next call with the same name. */
    OnnxTensor longs(String name, int rows, int columns, Filling filling) throws OrtException {
        LongBuffer buffer = longs.get(name);
        if (buffer == null || buffer.capacity() < rows * columns) {
            buffer = direct(2 * Long.BYTES * rows * columns).asLongBuffer();
            longs.put(name, buffer);
        }
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                buffer.put(row * columns + column, filling.value(row, column));
            }
        }
        return OnnxTensor.createTensor(environment, buffer.slice(0, rows * columns), new long[] {rows, columns});
    }

    /** Ensures room for the logits of {@code tokens} tokens. The old logits may be lost. */
    void reserveLogits(int tokens) {
        int bytes = Math.toIntExact((long) tokens * vocabularySize * logitsType.size);
        if (logits.capacity() < bytes) {
            logits = direct(bytes);
        }
    }

    /**
     * Returns the tensor into which a step of {@code rows} sequences writes its logits.
     *
     * @param from the place of the first token
     */
    OnnxTensor logits(int from, int rows, int count) throws OrtException {
        int token = vocabularySize * logitsType.size;
        ByteBuffer view = logits.slice(from * token, rows * count * token).order(ByteOrder.nativeOrder());
        return OnnxTensor.createTensor(environment, view, new long[] {rows, count, vocabularySize}, logitsType);
    }

    /**
     * Copies the logits of one token, converted to float.
     *
     * @param into {@code float[vocabularySize]}, overwritten
     */
    void read(int token, float[] into) {
        int bytes = vocabularySize * logitsType.size;
        ByteBuffer view = logits.slice(token * bytes, bytes).order(ByteOrder.nativeOrder());
        switch (logitsType) {
            case FLOAT -> view.asFloatBuffer().get(into);
            case FLOAT16 -> convert(Fp16Conversions.convertFp16BufferToFloatBuffer(view.asShortBuffer()), into);
            case BFLOAT16 -> convert(Fp16Conversions.convertBf16BufferToFloatBuffer(view.asShortBuffer()), into);
            default -> throw new IllegalStateException("logits of type " + logitsType);
        }
    }

    private static void convert(FloatBuffer converted, float[] into) {
        converted.get(into);
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
