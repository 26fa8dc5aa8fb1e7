package dev.weir.stream;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What bytes are, as their maker says.
 *
 * @param type the media type, with its parameters
 * @param fileName the name to save them under, without a path
 * @param length how many there are; by it a client sees that some are missing
 */
public record Content(String type, Optional<String> fileName, OptionalLong length) {
    /** Bytes of which only the type is known. */
    public static Content of(String type) {
        return new Content(type, Optional.empty(), OptionalLong.empty());
    }

    /** The same for so many bytes. */
    public Content withLength(long bytes) {
        return new Content(type, fileName, OptionalLong.of(bytes));
    }

    /** The same for bytes that are changed on their way. */
    public Content withoutLength() {
        return new Content(type, fileName, OptionalLong.empty());
    }
}
