package dev.weir.inference.spec;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.files.PythonJson;
import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * An object of a model's configuration. A value that is absent, null or of another type counts as not set. A number out of range
 * is refused.
 *
 * @param source the file or files of the object, for messages
 */
record ConfigObject(JsonObject json, String source) {
    private static final int LONGEST_NUMBER = 40;

    /** Reads the object in a model's file; returns an empty object if there is no such file. */
    static ConfigObject read(ModelFolder folder, String name) {
        return folder.settings(name)
                .map(file -> new ConfigObject(PythonJson.read(file), file.toString()))
                .orElseGet(() -> new ConfigObject(
                        JsonValue.EMPTY_JSON_OBJECT, folder.path().resolve(name).toString()));
    }

    /** Returns a {@link ErrorCode#NOT_READY} failure with the file, the key, its value and the allowed values. */
    WeirException wrong(String name, Object value, String allowed) {
        String text = String.valueOf(value);
        String shown = text.length() <= LONGEST_NUMBER ? text : text.substring(0, LONGEST_NUMBER) + "…";
        return new WeirException(
                ErrorCode.NOT_READY,
                name + " of the model is out of range (must be " + allowed + ", was " + shown + " in " + source
                        + "): get the model's files anew, or take another model");
    }

    /** Returns this object, with the values of {@code other} for keys that this object does not set. */
    ConfigObject over(ConfigObject other) {
        Map<String, Object> merged = new LinkedHashMap<>(other.json);
        json.forEach((name, value) -> {
            if (value.getValueType() != JsonValue.ValueType.NULL) {
                merged.put(name, value);
            }
        });
        return new ConfigObject(
                Json.createObjectBuilder(merged).build(),
                source.endsWith(other.source) ? source : source + " or " + other.source);
    }

    Optional<ConfigObject> inner(String name) {
        return json.get(name) instanceof JsonObject inner
                ? Optional.of(new ConfigObject(inner, source))
                : Optional.empty();
    }

    /**
     * Returns the value of the first name that has a number; empty if there is none.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if the number is not whole, or not from {@code least} to {@code most}
     */
    OptionalInt whole(int least, int most, String... names) {
        for (String name : names) {
            if (json.get(name) instanceof JsonNumber number) {
                return OptionalInt.of(whole(name, number, least, most));
            }
        }
        return OptionalInt.empty();
    }

    private int whole(String name, JsonNumber number, int least, int most) {
        String allowed = "a whole number from " + least + " to " + most;
        BigDecimal value = decimal(name, number, allowed);
        if ((value.signum() != 0 && value.stripTrailingZeros().scale() > 0)
                || value.compareTo(BigDecimal.valueOf(least)) < 0
                || value.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw wrong(name, value, allowed);
        }
        return value.intValue();
    }

    /** Checks the length of a number before any arithmetic with it. */
    private BigDecimal decimal(String name, JsonNumber number, String allowed) {
        BigDecimal value;
        try {
            value = number.bigDecimalValue();
        } catch (RuntimeException e) {
            throw wrong(name, "a number that is too long", allowed);
        }
        if (value.precision() > LONGEST_NUMBER || Math.abs((long) value.scale()) > 400) {
            throw wrong(name, "a number that is too long", allowed);
        }
        return value;
    }

    /** Returns a number as a double; {@code absent} if it is not set. */
    double decimal(String name, double absent) {
        return json.get(name) instanceof JsonNumber number
                ? decimal(name, number, "a number that a double holds").doubleValue()
                : absent;
    }

    boolean flag(String name) {
        return json.get(name) == JsonValue.TRUE;
    }

    String text(String name) {
        return json.get(name) instanceof JsonString text ? text.getString() : "";
    }

    /** Returns the ids of a value that is one token id or a list of token ids. */
    List<Integer> ids(String name) {
        return ids(name, json.get(name));
    }

    private List<Integer> ids(String name, @Nullable JsonValue value) {
        List<? extends JsonValue> values = value == null
                ? List.of()
                : value.getValueType() == JsonValue.ValueType.ARRAY ? value.asJsonArray() : List.of(value);
        return values.stream()
                .filter(JsonNumber.class::isInstance)
                .map(number -> whole(name, (JsonNumber) number, 0, Integer.MAX_VALUE))
                .toList();
    }

    /** Returns a list of lists of token ids. */
    List<List<Integer>> lists(String name) {
        JsonValue value = json.get(name);
        return value == null || value.getValueType() != JsonValue.ValueType.ARRAY
                ? List.of()
                : value.asJsonArray().stream().map(inner -> ids(name, inner)).toList();
    }

    Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        json.forEach((name, value) -> {
            if (value instanceof JsonString text) {
                texts.put(name, text.getString());
            }
        });
        return texts;
    }
}
