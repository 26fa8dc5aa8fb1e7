package dev.weir.face.openai;

import dev.weir.face.BodyFields;
import dev.weir.face.ModelRequest;
import dev.weir.face.OutputText;
import dev.weir.face.RefusedFieldException;
import dev.weir.face.Turn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the instructions and the items of a request. An input for whole messages gets the items in the shape of chat completions.
 * Used once.
 */
final class ResponseInput {
    static final String FIELD = "input";
    static final String INSTRUCTIONS = "instructions";

    private static final String TYPE = "type";
    private static final String ROLE = "role";
    private static final String TEXT = "text";
    private static final String CONTENT = "content";
    private static final String ASSISTANT = "assistant";
    private static final String TOOL_CALLS = "tool_calls";
    private static final String IMAGE_URL = "image_url";

    private final List<Turn> turns = new ArrayList<>();
    private final List<Object> messages = new ArrayList<>();
    /** The message whose calls the next call joins while the message is the last one. */
    private @Nullable Object caller;

    private List<Object> callsOfCaller = List.of();

    private ResponseInput() {}

    static ModelRequest.Content.Conversation read(@Nullable Object instructions, @Nullable Object input) {
        ResponseInput reading = new ResponseInput();
        ModelRequest.Content.Instructions apart = null;
        if (instructions != null && !(instructions instanceof String)) {
            throw BodyFields.invalid(INSTRUCTIONS, "a text", instructions);
        }
        if (instructions instanceof String text && !text.isEmpty()) {
            reading.turns.add(new Turn(Turn.SYSTEM, List.of(new Turn.Part.Text(text))));
            apart = new ModelRequest.Content.Instructions(INSTRUCTIONS, text, text);
        }
        if (input instanceof String text) {
            reading.message(Turn.USER, text, FIELD);
        } else if (input instanceof List<?> items && !items.isEmpty()) {
            for (int i = 0; i < items.size(); i++) {
                reading.item(items.get(i), FIELD + "[" + i + "]");
            }
        } else {
            throw BodyFields.invalid(FIELD, "a text or a list of at least one item", input);
        }
        return new ModelRequest.Content.Conversation(FIELD, reading.turns, reading.messages, apart);
    }

    private void item(@Nullable Object item, String place) {
        if (!(item instanceof Map<?, ?> members)) {
            throw invalid(place, "an object", item);
        }
        Object type = members.get(TYPE) == null ? "message" : members.get(TYPE);
        if (type.equals("message")) {
            if (!(members.get(ROLE) instanceof String role)) {
                throw invalid(place, "an object with role and content", item);
            }
            message(role, members.get(CONTENT), place + "." + CONTENT);
        } else if (type.equals("function_call")) {
            other(ASSISTANT, "function_call");
            call(members);
        } else if (type.equals("function_call_output")) {
            other("tool", "function_call_output");
            List<Object> parts = new ArrayList<>();
            parts(members.get("output"), place + ".output", new ArrayList<>(), parts);
            Map<String, @Nullable Object> message = message("tool", content(parts));
            message.put("tool_call_id", members.get("call_id"));
            messages.add(message);
        } else if (type.equals("item_reference")) {
            throw RefusedFieldException.unsupported(
                    FIELD, place + " refers to an item that is not kept: send the item itself");
        } else {
            other(ASSISTANT, String.valueOf(type));
            messages.add(item);
        }
    }

    /** An item that only an input for whole messages can take. */
    private void other(String role, String type) {
        turns.add(new Turn(role, List.of(new Turn.Part.Other(type))));
    }

    private void message(String role, @Nullable Object content, String place) {
        List<Turn.Part> parts = new ArrayList<>();
        List<Object> ofChat = new ArrayList<>();
        parts(content, place, parts, ofChat);
        turns.add(new Turn(role.equals("developer") ? Turn.SYSTEM : role, parts));
        messages.add(message(role, content(ofChat)));
    }

    private static Map<String, @Nullable Object> message(String role, @Nullable Object content) {
        Map<String, @Nullable Object> message = new LinkedHashMap<>();
        message.put(ROLE, role);
        message.put(CONTENT, content);
        return message;
    }

    /** One text as it is; other content as a list of parts. */
    private static Object content(List<Object> parts) {
        boolean isText = parts.size() == 1
                && parts.get(0) instanceof Map<?, ?> part
                && TEXT.equals(part.get(TYPE))
                && part.size() == 2;
        return isText ? OutputText.of(((Map<?, ?>) parts.get(0)).get(TEXT)) : parts;
    }

    /** Adds a call to the message of the assistant before it, since chat completions have the calls of a turn in one message. */
    private void call(Map<?, ?> item) {
        Map<String, @Nullable Object> function = new LinkedHashMap<>();
        function.put("name", item.get("name"));
        function.put("arguments", item.get("arguments"));
        Map<String, @Nullable Object> call = new LinkedHashMap<>();
        call.put("id", item.get("call_id"));
        call.put(TYPE, "function");
        call.put("function", function);
        Object last = messages.isEmpty() ? null : messages.get(messages.size() - 1);
        if (last != null && last == caller) {
            callsOfCaller.add(call);
            return;
        }
        Map<String, @Nullable Object> message = message(ASSISTANT, null);
        if (last instanceof Map<?, ?> before && ASSISTANT.equals(before.get(ROLE))) {
            before.forEach((key, value) -> message.put(String.valueOf(key), value));
            messages.remove(messages.size() - 1);
        }
        List<Object> calls = new ArrayList<>(message.get(TOOL_CALLS) instanceof List<?> earlier ? earlier : List.of());
        calls.add(call);
        message.put(TOOL_CALLS, calls);
        messages.add(message);
        caller = message;
        callsOfCaller = calls;
    }

    private static void parts(@Nullable Object content, String place, List<Turn.Part> parts, List<Object> ofChat) {
        if (content instanceof String text) {
            addText(text, parts, ofChat);
        } else if (content instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                part(list.get(i), place + "[" + i + "]", parts, ofChat);
            }
        } else {
            throw invalid(place, "a text or a list of parts", content);
        }
    }

    private static void addText(String text, List<Turn.Part> parts, List<Object> ofChat) {
        parts.add(new Turn.Part.Text(text));
        Map<String, Object> part = new LinkedHashMap<>();
        part.put(TYPE, TEXT);
        part.put(TEXT, text);
        ofChat.add(part);
    }

    private static void part(@Nullable Object part, String place, List<Turn.Part> parts, List<Object> ofChat) {
        if (!(part instanceof Map<?, ?> members) || !(members.get(TYPE) instanceof String type)) {
            throw invalid(place, "an object with a type", part);
        }
        switch (type) {
            case "input_text", "output_text", TEXT -> addText(text(members, TEXT, place), parts, ofChat);
            case "refusal" -> addText(text(members, "refusal", place), parts, ofChat);
            case "input_image" -> {
                String url = text(members, IMAGE_URL, place);
                parts.add(new Turn.Part.Image(ChatMessages.image(url, FIELD, place + "." + IMAGE_URL)));
                Map<String, Object> image = new LinkedHashMap<>();
                image.put("url", url);
                if (members.get("detail") instanceof String detail) {
                    image.put("detail", detail);
                }
                Map<String, Object> ofImage = new LinkedHashMap<>();
                ofImage.put(TYPE, IMAGE_URL);
                ofImage.put(IMAGE_URL, image);
                ofChat.add(ofImage);
            }
            default -> {
                parts.add(new Turn.Part.Other(OutputText.of(members.get(TYPE))));
                ofChat.add(part);
            }
        }
    }

    private static String text(Map<?, ?> part, String member, String place) {
        if (part.get(member) instanceof String text) {
            return text;
        }
        throw invalid(place + "." + member, "a text", part.get(member));
    }

    private static RefusedFieldException invalid(String place, String wanted, @Nullable Object value) {
        return ChatMessages.invalid(FIELD, place, wanted, value);
    }
}
