package dev.weir.stream;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The description of bytes, as their producer gives it.
 *
 * @param type the media type, with its parameters
 * @param fileName the name under which a client saves the bytes, without a path
 * @param length the number of bytes, with which a client detects truncation
 */
public record Content(String type, Optional<String> fileName, OptionalLong length) {
    /** Returns a description with only a type. */
    public static Content of(String type) {
        return new Content(type, Optional.empty(), OptionalLong.empty());
    }

    /** Returns this description with a length in bytes. */
    public Content withLength(long bytes) {
        return new Content(type, fileName, OptionalLong.of(bytes));
    }

    /** Returns this description without the length, for bytes that are changed before they are sent. */
    public Content withoutLength() {
        return new Content(type, fileName, OptionalLong.empty());
    }
}
