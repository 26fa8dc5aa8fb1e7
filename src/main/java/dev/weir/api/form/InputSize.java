package dev.weir.api.form;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many bytes of memory the input of a run takes, estimated. Files of a form that are on disk take none. */
final class InputSize {
    /** An object with its reference, or an entry of a mapping. */
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

    /** Whether the JVM stores two bytes a character. */
    private static boolean isWide(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xFF) {
                return true;
            }
        }
        return false;
    }
}
