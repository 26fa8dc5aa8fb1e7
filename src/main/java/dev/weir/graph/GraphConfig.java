package dev.weir.graph;

import dev.weir.ErrorCode;
import dev.weir.Excerpt;
import dev.weir.WeirException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code config.json} of a checkpoint. A value that a graph cannot express is refused.
 *
 * @param folder for messages
 */
record GraphConfig(JsonObject json, Path folder) {
    private static final int LONGEST_VALUE = 40;
    private static final int MOST = 1 << 26;

    /** Returns a whole number of at least 1; {@code absent} if the key is missing or null. */
    int whole(String key, int absent) {
        JsonValue value = json.getOrDefault(key, JsonValue.NULL);
        if (value == JsonValue.NULL && absent > 0) {
            return absent;
        }
        double number = value instanceof JsonNumber given ? given.doubleValue() : Double.NaN;
        if (!(number >= 1 && number <= MOST && number == Math.rint(number))) {
            throw refused(key, value, "a whole number from 1 to " + MOST);
        }
        return (int) number;
    }

    /** Returns a number above 0 and at most 1; {@code absent} if the key is missing or null. */
    float fraction(String key, float absent) {
        JsonValue value = json.getOrDefault(key, JsonValue.NULL);
        if (value == JsonValue.NULL) {
            return absent;
        }
        double number = value instanceof JsonNumber given ? given.doubleValue() : Double.NaN;
        if (!(number > 0 && number <= 1)) {
            throw refused(key, value, "a number above 0, at most 1");
        }
        return (float) number;
    }

    /** Returns a flag; {@code absent} if the key is missing or null. */
    boolean flag(String key, boolean absent) {
        JsonValue value = json.getOrDefault(key, JsonValue.NULL);
        if (value != JsonValue.TRUE && value != JsonValue.FALSE && value != JsonValue.NULL) {
            throw refused(key, value, "true or false");
        }
        return value == JsonValue.NULL ? absent : value == JsonValue.TRUE;
    }

    /** Returns one of the known texts; {@code absent} if the key is missing or null. */
    String choice(String key, String absent, Set<String> known) {
        JsonValue value = json.getOrDefault(key, JsonValue.NULL);
        String text = value == JsonValue.NULL ? absent : value instanceof JsonString given ? given.getString() : "";
        if (!known.contains(text)) {
            throw refused(key, value, known.stream().sorted().toList().toString());
        }
        return text;
    }

    /** Refuses a key with a value other than {@code only}, which is also its meaning if it is missing. */
    void require(String key, boolean only) {
        if (flag(key, only) != only) {
            throw refused(key, json.get(key), String.valueOf(only));
        }
    }

    /** Refuses a key that is present and not null. */
    void requireAbsent(String key) {
        JsonValue value = json.getOrDefault(key, JsonValue.NULL);
        if (value != JsonValue.NULL) {
            throw refused(key, value, "absent");
        }
    }

    /** Returns a failure with the key, its value and the values that are known. */
    WeirException refused(String key, @Nullable Object value, String known) {
        return new WeirException(
                ErrorCode.NOT_READY,
                key + " in " + folder.resolve("config.json") + " is not known for a checkpoint (must be " + known
                        + ", was "
                        + Excerpt.of(String.valueOf(value), LONGEST_VALUE)
                        + "): export the model to ONNX");
    }
}
