package dev.weir;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/** The demonstration model, and what transformers makes of it. */
public final class StoriesModel {
    /** Its folder; tests run in the project's root. */
    public static final Path FOLDER = Path.of("examples", "models", "stories");

    private static final JsonObject GOLDEN = read();

    private StoriesModel() {}

    /** The objects of one of the golden file's lists: {@code generation}, {@code samplers}, {@code tokenizer}, … */
    public static Stream<JsonObject> golden(String list) {
        return GOLDEN.getJsonArray(list).getValuesAs(JsonObject.class).stream();
    }

    public static int[] ints(JsonArray array) {
        return array.getValuesAs(JsonNumber.class).stream()
                .mapToInt(JsonNumber::intValue)
                .toArray();
    }

    private static JsonObject read() {
        try (InputStream in = Objects.requireNonNull(StoriesModel.class.getResourceAsStream("/golden/stories.json"));
                JsonReader reader = Json.createReader(in)) {
            return reader.readObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
