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
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The demonstration models, and the reference results of transformers for them. */
public enum GoldenModel {
    /** Continues stories: decoder-only. */
    STORIES("stories"),
    /** Translates numbers from Korean to English: Marian. */
    NUMBERS("numbers-ko-en"),
    /** Gives a story a title: BART. */
    HEADLINE("headline");

    private static final Map<GoldenModel, JsonObject> GOLDENS = new ConcurrentHashMap<>();

    private final String name;

    GoldenModel(String name) {
        this.name = name;
    }

    /** The folder of the model; tests run in the root of the project. */
    public Path folder() {
        return Path.of("examples", "models", name);
    }

    /** The objects of a list in the golden file: {@code generation}, {@code samplers}, {@code tokenizer}, … */
    public Stream<JsonObject> golden(String list) {
        return GOLDENS
                .computeIfAbsent(this, model -> read("/golden/" + model.name + ".json"))
                .getJsonArray(list)
                .getValuesAs(JsonObject.class)
                .stream();
    }

    public static int[] ints(JsonArray array) {
        return array.getValuesAs(JsonNumber.class).stream()
                .mapToInt(JsonNumber::intValue)
                .toArray();
    }

    private static JsonObject read(String resource) {
        try (InputStream in = Objects.requireNonNull(GoldenModel.class.getResourceAsStream(resource));
                JsonReader reader = Json.createReader(in)) {
            return reader.readObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
