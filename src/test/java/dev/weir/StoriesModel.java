package dev.weir;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The demonstration's model, and what transformers makes of it. */
public final class StoriesModel {
    /** Its folder; tests run in the project's root. */
    public static final Path FOLDER = GoldenModel.STORIES.folder();

    private StoriesModel() {}

    /** The objects of one of the golden file's lists: {@code generation}, {@code samplers}, {@code tokenizer}, … */
    public static Stream<JsonObject> golden(String list) {
        return GoldenModel.STORIES.golden(list);
    }

    public static int[] ints(JsonArray array) {
        return GoldenModel.ints(array);
    }
}
