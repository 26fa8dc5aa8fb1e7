package dev.weir;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The demonstration's model, and the reference results of transformers for it. */
public final class StoriesModel {
    /** The folder of the model; tests run in the root of the project. */
    public static final Path FOLDER = GoldenModel.STORIES.folder();

    private StoriesModel() {}

    /** The objects of a list in the golden file: {@code generation}, {@code samplers}, {@code tokenizer}, … */
    public static Stream<JsonObject> golden(String list) {
        return GoldenModel.STORIES.golden(list);
    }

    public static int[] ints(JsonArray array) {
        return GoldenModel.ints(array);
    }
}
