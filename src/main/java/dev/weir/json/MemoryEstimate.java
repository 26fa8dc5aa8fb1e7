package dev.weir.json;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much memory a value takes, estimated: its bytes, a text's as UTF-8, and {@value #OBJECT_BYTES} for each object that
 * holds them.
 */
public final class MemoryEstimate {
    private static final int OBJECT_BYTES = 48;

    private MemoryEstimate() {}

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

    /** That of a text with so many bytes of UTF-8. */
    public static long ofText(int utf8Bytes) {
        return (long) OBJECT_BYTES + utf8Bytes;
    }

    private static long utf8Bytes(CharSequence text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a surrogate pair has two of its four.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
