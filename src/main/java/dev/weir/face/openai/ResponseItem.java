package dev.weir.face.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One item of the output of a response, collected from chunks: a message, or a call of a function. One thread at a time uses it. */
final class ResponseItem {
    private final String id;
    private final int index;
    private final Map<String, Object> call;
    private final StringBuilder arguments = new StringBuilder();
    private final List<Part> parts = new ArrayList<>();

    /**
     * A part of a message.
     *
     * @param member the name of the text in it: {@code text} or {@code refusal}
     */
    record Part(String type, String member, StringBuilder text) {
        Map<String, Object> whole(String of) {
            Map<String, Object> whole = new LinkedHashMap<>();
            whole.put("type", type);
            whole.put(member, of);
            if (member.equals("text")) {
                whole.put("annotations", List.of());
                whole.put("logprobs", List.of());
            }
            return whole;
        }
    }

    /**
     * An item.
     *
     * @param index its index in the output
     * @param call the members {@code call_id} and {@code name} of a call; empty for a message
     */
    ResponseItem(String id, int index, Map<String, Object> call) {
        this.id = id;
        this.index = index;
        this.call = call;
    }

    String id() {
        return id;
    }

    int index() {
        return index;
    }

    boolean isCall() {
        return !call.isEmpty();
    }

    /** The arguments of a call so far. */
    StringBuilder arguments() {
        return arguments;
    }

    /** The parts of a message so far. */
    List<Part> parts() {
        return parts;
    }

    /** The item without its content, as it begins. */
    Map<String, @Nullable Object> begin() {
        return item("in_progress", List.of(), "");
    }

    /** The item with its content. */
    Map<String, @Nullable Object> whole(String status) {
        return item(
                status,
                parts.stream().map(part -> part.whole(part.text().toString())).toList(),
                arguments.toString());
    }

    private Map<String, @Nullable Object> item(String status, List<?> content, String argumentsOfCall) {
        Map<String, @Nullable Object> item = new LinkedHashMap<>();
        item.put("id", id);
        item.put("type", isCall() ? "function_call" : "message");
        item.put("status", status);
        if (isCall()) {
            item.putAll(call);
            item.put("arguments", argumentsOfCall);
        } else {
            item.put("role", "assistant");
            item.put("content", content);
        }
        return item;
    }

    /** The members that name this item in an event. */
    Map<String, @Nullable Object> place() {
        Map<String, @Nullable Object> place = new LinkedHashMap<>();
        place.put("item_id", id);
        place.put("output_index", index);
        return place;
    }

    /** The members that name a part of this item in an event. */
    Map<String, @Nullable Object> place(int part) {
        Map<String, @Nullable Object> place = place();
        place.put("content_index", part);
        return place;
    }
}
