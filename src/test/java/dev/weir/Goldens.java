package dev.weir;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The golden files of the test resources. */
public final class Goldens {
    private Goldens() {}

    /** The objects of a file with a list. */
    public static Stream<JsonObject> list(String name) {
        try (JsonReader reader = Json.createReader(open(name))) {
            return reader.readArray().getValuesAs(JsonObject.class).stream();
        }
    }

    /** The object of a file, as plain values. */
    @SuppressWarnings("unchecked") // The file contains an object.
    public static Map<String, Object> map(String name) {
        return (Map<String, Object>) dev.weir.json.Json.parse(text(name));
    }

    public static String text(String name) {
        try (InputStream in = open(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String name) {
        return Objects.requireNonNull(Goldens.class.getResourceAsStream("/golden/" + name), name);
    }
}
