package dev.weir.inference;

import dev.weir.files.PythonJson;
import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** An object of a model's configuration. What is absent, null or of another kind counts as not said. */
record ConfigObject(JsonObject json) {

    /** The object in a model's file; an empty one if there is no such file. */
    static ConfigObject read(ModelFolder folder, String name) {
        return folder.settings(name)
                .map(file -> new ConfigObject(PythonJson.read(file)))
                .orElseGet(() -> new ConfigObject(JsonValue.EMPTY_JSON_OBJECT));
    }

    /** This, and of {@code other} what this does not say. */
    ConfigObject over(ConfigObject other) {
        Map<String, Object> merged = new LinkedHashMap<>(other.json);
        json.forEach((name, value) -> {
            if (value.getValueType() != JsonValue.ValueType.NULL) {
                merged.put(name, value);
            }
        });
        return new ConfigObject(Json.createObjectBuilder(merged).build());
    }

    Optional<ConfigObject> inner(String name) {
        return json.get(name) instanceof JsonObject inner ? Optional.of(new ConfigObject(inner)) : Optional.empty();
    }

    /** The first of the names that is a number. */
    OptionalInt number(String... names) {
        for (String name : names) {
            if (json.get(name) instanceof JsonNumber number) {
                return OptionalInt.of(number.intValue());
            }
        }
        return OptionalInt.empty();
    }

    double decimal(String name, double absent) {
        return json.get(name) instanceof JsonNumber number ? number.doubleValue() : absent;
    }

    boolean flag(String name) {
        return json.get(name) == JsonValue.TRUE;
    }

    String text(String name) {
        return json.get(name) instanceof JsonString text ? text.getString() : "";
    }

    /** A number, or a list of them. */
    List<Integer> numbers(String name) {
        return numbers(json.get(name));
    }

    private static List<Integer> numbers(@Nullable JsonValue value) {
        List<? extends JsonValue> values = value == null
                ? List.of()
                : value.getValueType() == JsonValue.ValueType.ARRAY ? value.asJsonArray() : List.of(value);
        return values.stream()
                .filter(JsonNumber.class::isInstance)
                .map(number -> ((JsonNumber) number).intValue())
                .toList();
    }

    /** A list of lists of numbers. */
    List<List<Integer>> lists(String name) {
        JsonValue value = json.get(name);
        return value == null || value.getValueType() != JsonValue.ValueType.ARRAY
                ? List.of()
                : value.asJsonArray().stream().map(ConfigObject::numbers).toList();
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
