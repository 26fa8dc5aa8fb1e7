package dev.weir.inference.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.inference.spec.ModelFileConfig;

/**
 * One tensor of a key-value cache, {@code [rows, heads, length, headSize]}.
 *
 * @param past the graph's input
 * @param present the graph's output, which becomes {@code past} in the next step
 * @param cross true for keys and values of the encoder's output (cross-attention), which no step changes
 */
record CacheTensor(String past, String present, boolean cross, int heads, int headSize, OnnxJavaType type) {
    static final String PAST = "past_key_values.";
    private static final int MOST_NUMBERS = 1 << 22;
    private static final String PRESENT = "present.";

    /**
     * Returns the tensor of a graph's input. Open dimensions come from the configuration.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if the input has another number of axes, or is too large
     */
    static CacheTensor of(String past, TensorInfo info, ModelFileConfig config) {
        long[] shape = info.getShape();
        if (shape.length != 4) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "the model's cache " + past + " has a wrong form (must have 4 axes, has " + shape.length
                            + "): take another export");
        }
        long heads = shape[1] > 0 ? shape[1] : config.keyValueHeads();
        long headSize = shape[3] > 0 ? shape[3] : config.headSize();
        if (heads * headSize > MOST_NUMBERS || heads > MOST_NUMBERS || headSize > MOST_NUMBERS) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "the model's cache " + past + " is too large (at most " + MOST_NUMBERS + " numbers a position, has "
                            + heads + " heads of " + headSize + "): take another model");
        }
        return new CacheTensor(
                past,
                PRESENT + past.substring(PAST.length()),
                past.contains(".encoder."),
                (int) heads,
                (int) headSize,
                info.type);
    }

    /** Returns the bytes of one position of one head. */
    int positionBytes() {
        return headSize * type.size;
    }

    long[] shape(int rows, int length) {
        return new long[] {rows, heads, length, headSize};
    }

    /** Returns the bytes of a row with {@code tokens} positions, or {@code sourceTokens} positions for cross-attention. */
    long rowBytes(int tokens, int sourceTokens) {
        return (long) heads * positionBytes() * (cross ? sourceTokens : tokens);
    }
}
