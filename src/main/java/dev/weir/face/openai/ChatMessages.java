package dev.weir.face.openai;

import dev.weir.face.BodyFields;
import dev.weir.face.ModelRequest;
import dev.weir.face.RefusedFieldException;
import dev.weir.face.Turn;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the messages of a chat. Stateless. */
final class ChatMessages {
    private static final String FIELD = "messages";
    private static final Set<String> INSTRUCTIONS = Set.of("system", "developer");
    private static final Pattern DATA_URL = Pattern.compile("data:[A-Za-z0-9.+/;=-]{0,256};base64,");

    private ChatMessages() {}

    static ModelRequest.Content.Conversation read(@Nullable Object messages) {
        if (!(messages instanceof List<?> list) || list.isEmpty()) {
            throw BodyFields.invalid(FIELD, "a list of at least one message", messages);
        }
        List<Turn> turns = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            turns.add(turn(list.get(i), FIELD + "[" + i + "]"));
        }
        return new ModelRequest.Content.Conversation(FIELD, turns, list);
    }

    private static Turn turn(@Nullable Object message, String place) {
        if (!(message instanceof Map<?, ?> fields) || !(fields.get("role") instanceof String role)) {
            throw invalid(place, "an object with role and content", message);
        }
        List<Turn.Part> parts = new ArrayList<>();
        Object content = fields.get("content");
        if (content instanceof String text) {
            parts.add(new Turn.Part.Text(text));
        } else if (content instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                parts.add(part(list.get(i), place + ".content[" + i + "]"));
            }
        } else if (content != null) {
            throw invalid(place + ".content", "a text or a list of parts", content);
        }
        return new Turn(INSTRUCTIONS.contains(role) ? Turn.SYSTEM : role, parts);
    }

    private static Turn.Part part(@Nullable Object part, String place) {
        if (!(part instanceof Map<?, ?> fields) || !(fields.get("type") instanceof String type)) {
            throw invalid(place, "an object with a type", part);
        }
        if (type.equals("text")) {
            if (!(fields.get("text") instanceof String text)) {
                throw invalid(place + ".text", "a text", fields.get("text"));
            }
            return new Turn.Part.Text(text);
        }
        if (type.equals("image_url")) {
            Object image = fields.get("image_url");
            if (!(image instanceof Map<?, ?> map) || !(map.get("url") instanceof String url)) {
                throw invalid(place + ".image_url", "an object with a url", image);
            }
            return new Turn.Part.Image(image(url, FIELD, place + ".image_url.url"));
        }
        return new Turn.Part.Other(type);
    }

    /**
     * The bytes of a {@code data:} URL, or the URL of an image elsewhere.
     *
     * @param field the field of the request
     * @param place the place of the URL inside it
     * @throws RefusedFieldException if the text is neither
     */
    static Object image(String url, String field, String place) {
        Matcher data = DATA_URL.matcher(url);
        if (data.lookingAt()) {
            try {
                return Base64.getDecoder().decode(url.substring(data.end()).replaceAll("\\s", ""));
            } catch (IllegalArgumentException e) {
                throw invalid(field, place, "valid base64", "other characters");
            }
        }
        if (url.startsWith("http://") || url.startsWith("https://")) {
            return url;
        }
        throw invalid(field, place, "a URL of http, https, or data with base64", url);
    }

    private static RefusedFieldException invalid(String place, String wanted, @Nullable Object value) {
        return invalid(FIELD, place, wanted, value);
    }

    /** The failure of an invalid value at a place inside a field. */
    static RefusedFieldException invalid(String field, String place, String wanted, @Nullable Object value) {
        return RefusedFieldException.invalid(
                field, BodyFields.invalid(place, wanted, value).detail());
    }
}
