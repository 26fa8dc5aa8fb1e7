package dev.weir.json;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Estimates the memory of plain values: the bytes of their data, with text as UTF-8, and {@value #OBJECT_BYTES} bytes per
 * object.
 */
public final class MemoryEstimate {
    private static final int OBJECT_BYTES = 48;

    private MemoryEstimate() {}

    /** Returns the estimate for a value in bytes; 0 for null. */
    public static long bytes(@Nullable Object value) {
        if (value == null) {
            return 0;
        }
        long bytes = OBJECT_BYTES;
        if (value instanceof CharSequence text) {
            bytes += utf8Bytes(text);
        } else if (value instanceof byte[] raw) {
            bytes += raw.length;
        } else if (value instanceof Iterable<?> elements) {
            for (Object element : elements) {
                bytes += bytes(element);
            }
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                bytes += bytes(entry.getKey()) + bytes(entry.getValue());
            }
        }
        return bytes;
    }

    /** Returns the estimate in bytes for a text of that length in UTF-8. */
    public static long ofText(int utf8Bytes) {
        return (long) OBJECT_BYTES + utf8Bytes;
    }

    private static long utf8Bytes(CharSequence text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // A surrogate pair has four bytes: two for each half.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
