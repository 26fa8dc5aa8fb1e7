package dev.weir.face.anthropic;

import dev.weir.face.BodyFields;
import dev.weir.face.ModelRequest;
import dev.weir.face.RefusedFieldException;
import dev.weir.face.Turn;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the instructions and the messages of a request. Stateless. */
final class MessageTurns {
    static final String MESSAGES = "messages";
    static final String SYSTEM = "system";

    private static final Set<String> ROLES = Set.of(Turn.USER, "assistant", Turn.SYSTEM);
    private static final String CONTENT = "content";
    private static final String TEXT = "text";

    private MessageTurns() {}

    static ModelRequest.Content.Conversation read(@Nullable Object system, @Nullable Object messages) {
        List<Turn> turns = new ArrayList<>();
        ModelRequest.Content.Instructions instructions = null;
        List<Turn.Part> parts = system == null ? List.of() : parts(system, SYSTEM);
        if (!parts.stream().allMatch(Turn.Part.Text.class::isInstance)) {
            throw BodyFields.invalid(SYSTEM, "a text or a list of blocks of the type text", system);
        }
        if (system != null && !parts.stream().allMatch(part -> part.equals(new Turn.Part.Text("")))) {
            Turn turn = new Turn(Turn.SYSTEM, parts);
            turns.add(turn);
            instructions = new ModelRequest.Content.Instructions(SYSTEM, system, turn.text());
        }
        if (!(messages instanceof List<?> list) || list.isEmpty()) {
            throw BodyFields.invalid(MESSAGES, "a list of at least one message", messages);
        }
        for (int i = 0; i < list.size(); i++) {
            turns.add(turn(list.get(i), MESSAGES + "[" + i + "]"));
        }
        return new ModelRequest.Content.Conversation(MESSAGES, turns, list, instructions);
    }

    private static Turn turn(@Nullable Object message, String place) {
        if (!(message instanceof Map<?, ?> fields) || !(fields.get("role") instanceof String role)) {
            throw invalid(place, "an object with role and content", message);
        }
        if (!ROLES.contains(role)) {
            throw invalid(place + ".role", "user, assistant or system", role);
        }
        return new Turn(role, parts(fields.get(CONTENT), place + "." + CONTENT));
    }

    private static List<Turn.Part> parts(@Nullable Object content, String place) {
        if (content instanceof String text) {
            return List.of(new Turn.Part.Text(text));
        }
        if (!(content instanceof List<?> blocks)) {
            throw invalid(place, "a text or a list of blocks", content);
        }
        List<Turn.Part> parts = new ArrayList<>(blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            parts.add(part(blocks.get(i), place + "[" + i + "]"));
        }
        return parts;
    }

    private static Turn.Part part(@Nullable Object block, String place) {
        if (!(block instanceof Map<?, ?> fields) || !(fields.get("type") instanceof String type)) {
            throw invalid(place, "an object with a type", block);
        }
        if (type.equals(TEXT)) {
            if (!(fields.get(TEXT) instanceof String text)) {
                throw invalid(place + ".text", "a text", fields.get(TEXT));
            }
            return new Turn.Part.Text(text);
        }
        return type.equals("image") ? image(fields.get("source"), place + ".source") : new Turn.Part.Other(type);
    }

    private static Turn.Part image(@Nullable Object source, String place) {
        if (!(source instanceof Map<?, ?> fields) || !(fields.get("type") instanceof String type)) {
            throw invalid(place, "an object with a type", source);
        }
        if (type.equals("base64")) {
            if (!(fields.get("data") instanceof String data)) {
                throw invalid(place + ".data", "a text", fields.get("data"));
            }
            try {
                return new Turn.Part.Image(Base64.getDecoder().decode(data.replaceAll("\\s", "")));
            } catch (IllegalArgumentException e) {
                throw invalid(place + ".data", "valid base64", "other characters");
            }
        }
        if (type.equals("url")) {
            if (fields.get("url") instanceof String url && (url.startsWith("http://") || url.startsWith("https://"))) {
                return new Turn.Part.Image(url);
            }
            throw invalid(place + ".url", "a URL of http or https", fields.get("url"));
        }
        return new Turn.Part.Other("image of a source " + type);
    }

    private static RefusedFieldException invalid(String place, String wanted, @Nullable Object value) {
        return RefusedFieldException.invalid(
                place.startsWith(SYSTEM) ? SYSTEM : MESSAGES,
                BodyFields.invalid(place, wanted, value).detail());
    }
}
