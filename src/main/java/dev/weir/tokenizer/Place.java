package dev.weir.tokenizer;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.nio.file.Path;

/**
 * A place in a {@code tokenizer.json}, for messages.
 *
 * @param pointer a JSON Pointer (RFC 6901)
 */
record Place(Path file, String pointer) {
    private static final int MOST_SHOWN = 60;

    Place at(String key) {
        return new Place(file, pointer + "/" + shown(key).replace("~", "~0").replace("/", "~1"));
    }

    Place at(int index) {
        return new Place(file, pointer + "/" + index);
    }

    /** Returns a {@link ErrorCode#NOT_READY} failure: the file must not be loaded. */
    WeirException refused(String problem) {
        return new WeirException(
                ErrorCode.NOT_READY,
                "the tokenizer " + file + " is refused: " + (pointer.isEmpty() ? "it" : pointer) + " " + problem
                        + "; take another model");
    }

    void require(boolean holds, String problem) {
        if (!holds) {
            throw refused(problem);
        }
    }

    /** Returns a text of the file, shortened for messages. */
    static String shown(String text) {
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
    }
}
