package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Values;
import dev.weir.tokenizer.ChatMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of a chat in the format of the OpenAI API: a list, or a single message. Content is a text or a list of text parts; it may be
 * absent if another key explains that. Unknown roles and keys are passed to the model's template unchanged.
 */
final class Conversation {
    private static final String CONTENT = "content";

    /** The types of text parts: Chat Completions first, then Responses. */
    private static final Set<String> TEXT_TYPES = Set.of("text", "input_text", "output_text");

    private Conversation() {}

    /**
     * Reads and checks messages.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} with the place, the value and the allowed values
     */
    static List<ChatMessage> of(@Nullable Object messages) {
        if (messages instanceof Map<?, ?> single) {
            return List.of(message(single, "messages"));
        }
        if (!(messages instanceof List<?> list) || list.isEmpty()) {
            throw invalid("messages must be a list of at least one {role, content}, was " + shown(messages));
        }
        List<ChatMessage> turns = new ArrayList<>();
        for (Object each : list) {
            turns.add(message(each, "messages[" + turns.size() + "]"));
        }
        return turns;
    }

    private static ChatMessage message(@Nullable Object message, String place) {
        if (!(message instanceof Map<?, ?> turn)) {
            throw invalid(place + " must be an object with role and content, was " + shown(message));
        }
        if (!(turn.get("role") instanceof String role) || role.isBlank()) {
            throw invalid(place + ".role must be a text, was " + shown(turn.get("role")));
        }
        requireText(turn, "name", place);
        requireText(turn, "tool_call_id", place);
        requireCalls(turn, place);
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        turn.forEach((key, value) -> fields.put(String.valueOf(key), value));
        if (turn.get(CONTENT) != null) {
            fields.put(CONTENT, content(turn.get(CONTENT), place + ".content"));
        } else if (!saysWhy(turn)) {
            throw invalid(place
                    + ".content is missing (only a message with tool_calls, function_call or refusal may have none)");
        }
        return new ChatMessage(fields);
    }

    private static void requireText(Map<?, ?> turn, String key, String place) {
        if (turn.get(key) != null && !(turn.get(key) instanceof String)) {
            throw invalid(place + "." + key + " must be a text, was " + shown(turn.get(key)));
        }
    }

    private static void requireCalls(Map<?, ?> turn, String place) {
        Object calls = turn.get("tool_calls");
        if (calls != null && !(calls instanceof List<?> list && list.stream().allMatch(Map.class::isInstance))) {
            throw invalid(place + ".tool_calls must be a list of objects, was " + shown(calls));
        }
        Object call = turn.get("function_call");
        if (call != null && !(call instanceof Map)) {
            throw invalid(place + ".function_call must be an object, was " + shown(call));
        }
    }

    private static boolean saysWhy(Map<?, ?> turn) {
        return (turn.get("tool_calls") instanceof List<?> calls && !calls.isEmpty())
                || turn.get("function_call") != null
                || (turn.get("refusal") instanceof String refusal && !refusal.isEmpty());
    }

    private static Object content(@Nullable Object content, String place) {
        if (content instanceof String) {
            return content;
        }
        if (!(content instanceof List<?> list)) {
            throw invalid(place + " must be a text or a list of parts, was " + shown(content));
        }
        List<Object> parts = new ArrayList<>();
        for (Object part : list) {
            parts.add(part(part, place + "[" + parts.size() + "]"));
        }
        return parts;
    }

    /** A part with its text at the key {@code text}, as templates expect it. */
    private static Object part(@Nullable Object part, String place) {
        if (part instanceof String text) {
            Map<String, @Nullable Object> known = new LinkedHashMap<>();
            known.put("type", "text");
            known.put("text", text);
            return known;
        }
        if (!(part instanceof Map<?, ?> fields)) {
            throw invalid(place + " must be a part such as {type: text, text: …}, was " + shown(part));
        }
        Object type = fields.get("type");
        boolean refusal = "refusal".equals(type);
        if (!refusal && !(type instanceof String name && TEXT_TYPES.contains(name))) {
            throw invalid(place + ".type must be text, since the model reads only texts, was " + shown(type));
        }
        Object text = fields.get(refusal ? "refusal" : "text");
        if (!(text instanceof String)) {
            throw invalid(place + (refusal ? ".refusal" : ".text") + " must be a text, was " + shown(text));
        }
        Map<String, @Nullable Object> known = new LinkedHashMap<>();
        fields.forEach((key, value) -> known.put(String.valueOf(key), value));
        known.put("type", "text");
        known.put("text", text);
        return known;
    }

    private static String shown(@Nullable Object value) {
        return Values.describe(value);
    }

    private static WeirException invalid(String message) {
        return new WeirException(ErrorCode.INVALID_INPUT, message);
    }
}
