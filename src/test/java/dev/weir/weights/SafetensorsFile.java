package dev.weir.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Files of safetensors, valid and not. */
public final class SafetensorsFile {
    private SafetensorsFile() {}

    /** Writes a file with any text as its header. */
    public static void write(Path file, String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        write(file, json.length, json, data);
    }

    /** Writes a file that names any number as the length of its header. */
    static void write(Path file, long length, byte[] json, byte[] data) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + json.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(json)
                .put(data);
        Files.write(file, bytes.array());
    }

    /** Writes the tensors of a checkpoint in another type. */
    public static void write(Path file, Checkpoint checkpoint, ElementType type) throws IOException {
        write(file, checkpoint.tensors(), type);
    }

    /** Writes tensors of float32 in another type; their numbers are truncated to bf16, or rounded to f16. */
    public static void write(Path file, Map<String, WeightTensor> tensors, ElementType type) throws IOException {
        StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
        long all = tensors.values().stream().mapToLong(WeightTensor::length).sum() / Float.BYTES * type.bytes();
        ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(all)).order(ByteOrder.LITTLE_ENDIAN);
        tensors.forEach((name, tensor) -> {
            int begin = data.position();
            ByteBuffer numbers = tensor.float32();
            while (numbers.hasRemaining()) {
                put(data, numbers.getFloat(), type);
            }
            header.append(",\"" + name + "\":" + entry(type.name(), tensor.shape(), begin, data.position()));
        });
        write(file, header.append('}').toString(), data.array());
    }

    /** The entry of one tensor in a header. */
    static String entry(String type, List<Long> shape, long begin, long end) {
        String sizes = shape.stream().map(String::valueOf).collect(Collectors.joining(","));
        return "{\"dtype\":\"" + type + "\",\"shape\":[" + sizes + "],\"data_offsets\":[" + begin + "," + end + "]}";
    }

    private static void put(ByteBuffer data, float number, ElementType type) {
        switch (type) {
            case F32 -> data.putFloat(number);
            case BF16 -> data.putShort((short) (Float.floatToRawIntBits(number) >>> Short.SIZE));
            case F16 -> data.putShort(half(number));
            default -> throw new IllegalArgumentException("cannot write " + type);
        }
    }

    /** The nearest half-precision number, found among all of them. */
    private static short half(float number) {
        int low = 0;
        int high = 0x7bff;
        float magnitude = Math.abs(number);
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (WeightTensor.ofHalf((short) middle) <= magnitude) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        int next = Math.min(0x7bff, low + 1);
        boolean up = WeightTensor.ofHalf((short) next) - magnitude < magnitude - WeightTensor.ofHalf((short) low);
        return (short) ((number < 0 ? 0x8000 : 0) | (up ? next : low));
    }
}
