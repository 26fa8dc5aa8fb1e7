package dev.weir.face;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One message of a conversation.
 *
 * @param role such as {@code user}; an instruction of any name has the role {@code system}
 * @param parts the content in its order
 */
public record Turn(String role, List<Part> parts) {
    public static final String USER = "user";
    public static final String SYSTEM = "system";

    public Turn {
        parts = List.copyOf(parts);
    }

    /** A part of a message. */
    public sealed interface Part {
        record Text(String text) implements Part {}

        /**
         * An image.
         *
         * @param value the bytes, or the URL as a text
         */
        record Image(Object value) implements Part {}

        /**
         * A part that only an input for whole messages can take.
         *
         * @param type its type in the request, for messages
         */
        record Other(String type) implements Part {}
    }

    /** The joined texts of all parts. */
    public String text() {
        return parts.stream()
                .filter(Part.Text.class::isInstance)
                .map(part -> ((Part.Text) part).text())
                .collect(Collectors.joining());
    }
}
