package dev.weir.tokenizer;

import dev.weir.files.PythonJson;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The form in which a template takes messages.
 *
 * @param content the form of the content
 * @param parsedArguments true if the template takes the arguments of a tool call as a mapping, false for the JSON text of
 *     OpenAI's API
 */
record ChatForm(Content content, boolean parsedArguments) {
    /** Leaves messages unchanged. */
    static final ChatForm AS_IT_IS = new ChatForm(Content.EITHER, false);

    /** The forms of a message's content. */
    enum Content {
        /** A text: parts are joined with line breaks. */
        TEXT,
        /** A list of parts: a text becomes one part. */
        PARTS,
        EITHER
    }

    /** Returns the message in this form. */
    ChatMessage of(ChatMessage message) {
        ChatMessage formed = message;
        if (content == Content.TEXT && message.content() instanceof List<?> parts) {
            formed = message.with("content", joined(parts));
        } else if (content == Content.PARTS && message.content() instanceof String text) {
            formed = message.with("content", List.of(part(text)));
        }
        return parsedArguments && formed.fields().get("tool_calls") instanceof List<?> calls
                ? formed.with("tool_calls", calls.stream().map(ChatForm::parsed).toList())
                : formed;
    }

    /** Returns a text part. */
    private static Map<String, Object> part(String text) {
        Map<String, Object> part = new LinkedHashMap<>();
        part.put("type", "text");
        part.put("text", text);
        return part;
    }

    private static String joined(List<?> parts) {
        return parts.stream()
                .map(part -> part instanceof Map<?, ?> map && map.get("text") instanceof String text ? text : "")
                .collect(Collectors.joining("\n"));
    }

    private static Object parsed(Object call) {
        if (!(call instanceof Map<?, ?> fields)
                || !(fields.get("function") instanceof Map<?, ?> function)
                || !(function.get("arguments") instanceof String arguments)) {
            return call;
        }
        try {
            Map<Object, @Nullable Object> parsed = new LinkedHashMap<>(function);
            parsed.put("arguments", plain(PythonJson.parse(arguments)));
            Map<Object, @Nullable Object> changed = new LinkedHashMap<>(fields);
            changed.put("function", parsed);
            return changed;
        } catch (JsonException e) {
            // Not a JSON object: the template gets the text.
            return call;
        }
    }

    private static @Nullable Object plain(JsonValue value) {
        if (value instanceof JsonObject object) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            object.forEach((key, each) -> map.put(key, plain(each)));
            return map;
        }
        if (value instanceof JsonArray array) {
            List<@Nullable Object> list = new ArrayList<>();
            array.forEach(each -> list.add(plain(each)));
            return list;
        }
        if (value instanceof JsonNumber number) {
            return number.isIntegral() && number.bigIntegerValue().bitLength() < Long.SIZE
                    ? (Object) number.longValue()
                    : (Object) number.doubleValue();
        }
        if (value instanceof JsonString text) {
            return text.getString();
        }
        return value == JsonValue.NULL ? null : (Object) (value == JsonValue.TRUE);
    }
}
