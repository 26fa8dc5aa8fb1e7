package dev.weir.tokenizer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One turn of a conversation. Immutable.
 *
 * @param fields the variables for the template. {@code role} is mostly {@code system}, {@code user} or {@code assistant}; the
 *     template decides which roles exist. {@code content} is a text, a list of parts such as {@code {type: text, text: Hello}},
 *     null or absent
 */
public record ChatMessage(Map<String, @Nullable Object> fields) {
    private static final String ROLE = "role";
    private static final String CONTENT = "content";

    /**
     * Checks and copies the fields; null values are kept.
     *
     * @throws IllegalArgumentException if {@code role} is no text, or {@code content} is neither a text, a list nor null
     */
    public ChatMessage {
        if (!(fields.get(ROLE) instanceof String)) {
            throw new IllegalArgumentException("role must be a text");
        }
        Object content = fields.get(CONTENT);
        if (!(content == null || content instanceof String || content instanceof List)) {
            throw new IllegalArgumentException("content must be a text or a list of parts, was " + content.getClass());
        }
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    public ChatMessage(String role, Object content) {
        this(ordered(role, content));
    }

    private static Map<String, @Nullable Object> ordered(String role, Object content) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put(ROLE, role);
        fields.put(CONTENT, content);
        return fields;
    }

    /** Returns the content, a text or a list of parts; null if there is none. */
    public @Nullable Object content() {
        return fields.get(CONTENT);
    }

    /** Returns a copy with another value of an existing field. */
    ChatMessage with(String field, Object value) {
        Map<String, @Nullable Object> changed = new LinkedHashMap<>(fields);
        changed.put(field, value);
        return new ChatMessage(changed);
    }
}
