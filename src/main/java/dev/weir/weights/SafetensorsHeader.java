package dev.weir.weights;

import dev.weir.ErrorCode;
import dev.weir.Excerpt;
import dev.weir.WeirException;
import dev.weir.json.Json;
import dev.weir.json.JsonLimits;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of a safetensors file: 8 bytes with its length, then a JSON object with the type, the shape and the offsets
 * of each tensor. The tensors must fill the rest of the file without a gap and without an overlap.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">The format of safetensors</a>
 */
final class SafetensorsHeader {
    static final int MAX_BYTES = 16 << 20;
    static final int MAX_TENSORS = 100_000;
    static final int MAX_AXES = 8;
    static final int MAX_NAME = 1_024;
    /** Values of the JSON text: for each tensor at most its object, its type, two lists, and the numbers in them. */
    private static final JsonLimits LIMITS = new JsonLimits(MAX_TENSORS * (6 + MAX_AXES), MAX_BYTES);

    private static final String METADATA = "__metadata__";

    private final Path file;
    private final long dataAt;
    private final long dataLength;

    private SafetensorsHeader(Path file, long dataAt, long dataLength) {
        this.file = file;
        this.dataAt = dataAt;
        this.dataLength = dataLength;
    }

    /**
     * Returns the tensors of a file, in the order of their bytes. Blocks.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} with the file and the tensor, if the header is not valid or exceeds a
     *     limit
     */
    static List<WeightTensor> read(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            long length = size < Long.BYTES ? -1 : bytes(channel, 0, Long.BYTES).getLong();
            if (length < 2 || length > size - Long.BYTES || length > MAX_BYTES) {
                throw fault(
                        file,
                        "has a header of " + length + " bytes (must be from 2 to " + MAX_BYTES
                                + " and inside the file of " + size + " bytes)");
            }
            byte[] json = bytes(channel, Long.BYTES, (int) length).array();
            long dataAt = Long.BYTES + length;
            return new SafetensorsHeader(file, dataAt, size - dataAt).tensors(json);
        } catch (IOException e) {
            throw new WeirException(
                    ErrorCode.NOT_READY, "the model's file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static ByteBuffer bytes(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new IOException("the file is cut short");
            }
        }
        return bytes.flip();
    }

    private List<WeightTensor> tensors(byte[] json) {
        Object header;
        try {
            header = Json.parse(json, LIMITS);
        } catch (WeirException e) {
            throw new WeirException(
                    ErrorCode.NOT_READY, prefix(file) + "has a header that is not valid: " + e.detail(), e);
        }
        if (!(header instanceof Map<?, ?> entries)) {
            throw fault(file, "has a header that is not a JSON object");
        }
        if (entries.size() > MAX_TENSORS) {
            throw fault(file, "has too many tensors (at most " + MAX_TENSORS + ", has " + entries.size() + ")");
        }
        List<WeightTensor> tensors = new ArrayList<>();
        entries.forEach((name, value) -> {
            if (!name.equals(METADATA)) {
                tensors.add(tensor((String) name, value));
            }
        });
        tensors.sort(Comparator.comparingLong(WeightTensor::offset).thenComparingLong(WeightTensor::length));
        requireWhole(tensors);
        return tensors;
    }

    private WeightTensor tensor(String name, @Nullable Object value) {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw fault(
                    file,
                    "has a tensor with a name of " + name.length() + " characters (must be from 1 to " + MAX_NAME
                            + ")");
        }
        Map<?, ?> entry = value instanceof Map<?, ?> map ? map : Map.of();
        List<Long> offsets = numbers(name, "data_offsets", entry.get("data_offsets"));
        List<Long> shape = numbers(name, "shape", entry.get("shape"));
        if (shape.size() > MAX_AXES) {
            throw tensorFault(name, "has too many axes (at most " + MAX_AXES + ", has " + shape.size() + ")");
        }
        ElementType type = type(name, entry.get("dtype"));
        if (offsets.size() != 2 || offsets.get(0) > offsets.get(1) || offsets.get(1) > dataLength) {
            throw tensorFault(
                    name, "has data_offsets " + offsets + " (must be a begin and an end, at most " + dataLength + ")");
        }
        long length = offsets.get(1) - offsets.get(0);
        if (length != bytes(name, type, shape)) {
            throw tensorFault(
                    name, "has " + length + " bytes, and its shape " + shape + " of " + type + " needs another number");
        }
        return new WeightTensor(name, type, shape, file, dataAt + offsets.get(0), length);
    }

    private ElementType type(String name, @Nullable Object dtype) {
        for (ElementType type : ElementType.values()) {
            if (type.name().equals(dtype)) {
                return type;
            }
        }
        throw tensorFault(name, "has a dtype that is not known: " + Excerpt.of(String.valueOf(dtype), MAX_AXES * 8));
    }

    private long bytes(String name, ElementType type, List<Long> shape) {
        long bytes = type.bytes();
        for (long size : shape) {
            if (size != 0 && bytes > Long.MAX_VALUE / size) {
                throw tensorFault(name, "has a shape that is too large: " + shape);
            }
            bytes *= size;
        }
        return bytes;
    }

    private List<Long> numbers(String name, String key, @Nullable Object value) {
        if (!(value instanceof List<?> list)) {
            throw tensorFault(name, "has no list " + key);
        }
        List<Long> numbers = new ArrayList<>();
        for (Object element : list) {
            numbers.add(number(name, key, element));
        }
        return numbers;
    }

    private long number(String name, String key, @Nullable Object element) {
        if (element instanceof Number number) {
            try {
                long whole = new BigDecimal(number.toString()).longValueExact();
                if (whole >= 0) {
                    return whole;
                }
            } catch (ArithmeticException | NumberFormatException e) {
                throw tensorFault(name, "has a number in " + key + " that is no whole number of 63 bits");
            }
        }
        throw tensorFault(name, "has a value in " + key + " that is no whole number from 0");
    }

    private void requireWhole(List<WeightTensor> tensors) {
        long end = dataAt;
        for (WeightTensor tensor : tensors) {
            if (tensor.offset() != end) {
                throw tensorFault(tensor.name(), "overlaps another tensor, or leaves a gap before it");
            }
            end += tensor.length();
        }
        if (end != dataAt + dataLength) {
            throw fault(file, "has " + (dataAt + dataLength - end) + " bytes that belong to no tensor");
        }
    }

    private WeirException tensorFault(String name, String problem) {
        return fault(file, "is not valid: tensor '" + Excerpt.of(name, MAX_AXES * 8) + "' " + problem);
    }

    private static String prefix(Path file) {
        return "the model's file " + file + " ";
    }

    private static WeirException fault(Path file, String problem) {
        return new WeirException(ErrorCode.NOT_READY, prefix(file) + problem + ": get the file anew");
    }
}
