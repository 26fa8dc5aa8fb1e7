package dev.weir.weights;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * One tensor of a checkpoint. Its numbers stay in the file.
 *
 * @param shape the sizes of the axes, outermost first; empty for one number
 * @param offset the place of the first byte in the file
 * @param length the bytes in the file: the product of {@code shape} times the bytes of {@code type}
 */
public record WeightTensor(String name, ElementType type, List<Long> shape, Path file, long offset, long length) {
    private static final int HALF_INFINITY = 0x1f;
    private static final int HALF_MANTISSA_BITS = 10;
    private static final float SUBNORMAL = 0x1p-24f;
    private static final int TO_FLOAT_BIAS = 127 - 15;

    public WeightTensor {
        shape = List.copyOf(shape);
    }

    /**
     * Returns the tensor's numbers as float32 in the machine's byte order. The numbers of a float32 tensor are the file itself,
     * mapped; others are converted into direct memory. Blocks.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if the type is not a float of 16 or 32 bits, if the numbers take more
     *     than 2 GiB, or if the file cannot be read
     */
    public ByteBuffer float32() {
        if (type != ElementType.F32 && type != ElementType.F16 && type != ElementType.BF16) {
            throw fault("has the type " + type
                    + " (must be F32, F16 or BF16): convert the checkpoint, or export it to ONNX");
        }
        long bytes = length / type.bytes() * Float.BYTES;
        if (bytes > Integer.MAX_VALUE) {
            throw fault("is too large (at most " + Integer.MAX_VALUE + " bytes as float32, has " + bytes
                    + "): take an ONNX export of the model");
        }
        ByteBuffer stored = mapped();
        if (type == ElementType.F32
                && offset % Float.BYTES == 0
                && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            return stored.order(ByteOrder.nativeOrder());
        }
        ByteBuffer converted = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
        convert(stored.order(ByteOrder.LITTLE_ENDIAN), converted.asFloatBuffer());
        return converted;
    }

    private void convert(ByteBuffer stored, FloatBuffer into) {
        if (type == ElementType.F32) {
            into.put(stored.asFloatBuffer());
            return;
        }
        ShortBuffer halves = stored.asShortBuffer();
        while (halves.hasRemaining()) {
            short half = halves.get();
            into.put(type == ElementType.BF16 ? Float.intBitsToFloat(half << Short.SIZE) : ofHalf(half));
        }
    }

    /** Returns the value of an IEEE 754 binary16 number. */
    static float ofHalf(short half) {
        int sign = (half & 0x8000) << Short.SIZE;
        int exponent = half >>> HALF_MANTISSA_BITS & HALF_INFINITY;
        int mantissa = half & 0x3ff;
        if (exponent == 0) {
            float magnitude = mantissa * SUBNORMAL;
            return sign == 0 ? magnitude : -magnitude;
        }
        int wide = exponent == HALF_INFINITY ? 0xff : exponent + TO_FLOAT_BIAS;
        return Float.intBitsToFloat(sign | wide << 23 | mantissa << 13);
    }

    private ByteBuffer mapped() {
        try (FileChannel channel = FileChannel.open(file)) {
            if (channel.size() < offset + length) {
                throw fault("is cut short: the file " + file + " has become shorter; replace it as a whole");
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
        } catch (IOException e) {
            throw new WeirException(
                    ErrorCode.NOT_READY, "the model's file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Returns true if {@code other} has the same shape, type and bytes. Blocks. */
    public boolean sameAs(WeightTensor other) {
        return type == other.type && shape.equals(other.shape) && mapped().equals(other.mapped());
    }

    private WeirException fault(String problem) {
        return new WeirException(ErrorCode.NOT_READY, "tensor '" + name + "' of " + file + " " + problem);
    }
}
