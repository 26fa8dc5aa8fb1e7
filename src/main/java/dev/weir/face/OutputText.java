package dev.weir.face;

import dev.weir.json.Json;
import org.jspecify.annotations.Nullable;

/** The text of outputs, for APIs of texts. Stateless. */
public final class OutputText {
    private OutputText() {}

    /** The text of a chunk or of a value: text as it is, other values as JSON, null as nothing. */
    public static String of(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        return value instanceof String text ? text : Json.write(value);
    }
}
