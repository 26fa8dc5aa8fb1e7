package dev.weir.api.form;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Estimates the memory in bytes of a run's input. A form's files on disk count as none. */
final class InputSize {
    /** The size of an object with its reference, or of an entry of a mapping. */
    private static final int OBJECT_BYTES = 48;

    private InputSize() {}

    static long bytes(@Nullable Object value) {
        if (value instanceof String text) {
            return OBJECT_BYTES + (isWide(text) ? 2L : 1L) * text.length();
        }
        if (value instanceof byte[] bytes) {
            return (long) OBJECT_BYTES + bytes.length;
        }
        long bytes = OBJECT_BYTES;
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                bytes += bytes(entry.getKey()) + bytes(entry.getValue()) + OBJECT_BYTES;
            }
        } else if (value instanceof List<?> list) {
            for (Object element : list) {
                bytes += bytes(element);
            }
        }
        return bytes;
    }

    /** Whether the JVM stores the text with two bytes for each character. */
    private static boolean isWide(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xFF) {
                return true;
            }
        }
        return false;
    }
}
