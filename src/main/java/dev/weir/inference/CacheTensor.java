package dev.weir.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import dev.weir.ErrorCode;
import dev.weir.WeirException;

/**
 * One tensor of a key-value cache, {@code [rows, heads, length, headSize]}.
 *
 * @param past the graph's input
 * @param present the graph's output, which becomes {@code past} in the next step
 * @param cross true if it holds what the decoder looks up of the encoder's output, which no step changes
 */
record CacheTensor(String past, String present, boolean cross, int heads, int headSize, OnnxJavaType type) {
    static final String PAST = "past_key_values.";
    private static final int MOST_NUMBERS = 1 << 22;
    private static final String PRESENT = "present.";

    /** By a graph's input; what its shape leaves open is the configuration's. */
    static CacheTensor of(String past, TensorInfo info, ModelConfig config) {
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

    /** Bytes of one position of one head. */
    int positionBytes() {
        return headSize * type.size;
    }

    long[] shape(int rows, int length) {
        return new long[] {rows, heads, length, headSize};
    }

    /** Bytes of a row with so many positions, of the encoder's output if this holds it. */
    long rowBytes(int tokens, int sourceTokens) {
        return (long) heads * positionBytes() * (cross ? sourceTokens : tokens);
    }
}
