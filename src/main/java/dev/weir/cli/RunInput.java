package dev.weir.cli;

import dev.weir.json.Json;
import dev.weir.json.JsonSyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The input of a run from the words of a command line. */
final class RunInput {
    private RunInput() {}

    /**
     * Returns the input.
     *
     * @param words each {@code name=value}, or one JSON value that is the whole input. A value is text unless it is a JSON
     *     number, boolean, object, list or quoted text.
     * @throws CommandException {@link ExitStatus#USAGE} if a word has neither form
     */
    static @Nullable Object of(List<String> words) {
        if (words.size() == 1 && words.get(0).startsWith("{")) {
            return whole(words.get(0));
        }
        Map<String, @Nullable Object> input = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                throw new CommandException(
                        ExitStatus.USAGE,
                        "input '" + word + "' is not name=value and no JSON object: write --input name=value");
            }
            input.put(word.substring(0, equals), value(word.substring(equals + 1)));
        }
        return input;
    }

    /**
     * Returns the value of a JSON text.
     *
     * @throws CommandException {@link ExitStatus#USAGE} if it is not JSON
     */
    static @Nullable Object whole(String json) {
        try {
            return Json.parse(json);
        } catch (JsonSyntaxException e) {
            throw new CommandException(ExitStatus.USAGE, "the input is not JSON: " + e.getMessage());
        }
    }

    private static Object value(String text) {
        try {
            Object value = Json.parse(text);
            return value == null ? text : value;
        } catch (JsonSyntaxException e) {
            return text;
        }
    }
}
