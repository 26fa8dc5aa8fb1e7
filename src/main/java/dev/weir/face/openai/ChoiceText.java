package dev.weir.face.openai;

import dev.weir.face.OutputText;
import dev.weir.json.MemoryEstimate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One choice of an answer, collected from chunks. One thread at a time uses it. */
final class ChoiceText {
    private static final String CONTENT = "content";
    private static final String TOOL_CALLS = "tool_calls";
    private static final String LOGPROBS = "logprobs";
    private static final String FINISH = "finish_reason";

    /** The texts of the deltas by their keys, such as content and refusal. */
    private final Map<String, StringBuilder> texts = new LinkedHashMap<>();
    /** Other members of the deltas; the last value counts. */
    private final Map<String, Object> others = new LinkedHashMap<>();

    private final Map<Integer, ToolCall> calls = new TreeMap<>();
    /** The lists of token probabilities by their keys. */
    private final Map<String, List<Object>> logprobs = new LinkedHashMap<>();

    private @Nullable Object finish;

    /** A call of a tool, whose arguments come in pieces. */
    private static final class ToolCall {
        private final Map<String, Object> members = new LinkedHashMap<>();
        private final Map<String, Object> function = new LinkedHashMap<>();
        private final StringBuilder arguments = new StringBuilder();

        void add(Map<?, ?> piece) {
            piece.forEach((key, value) -> {
                if (value != null && !key.equals("index") && !key.equals("function")) {
                    members.put(String.valueOf(key), value);
                }
            });
            if (piece.get("function") instanceof Map<?, ?> part) {
                part.forEach((key, value) -> {
                    if (key.equals("arguments")) {
                        arguments.append(value == null ? "" : value);
                    } else if (value != null) {
                        function.put(String.valueOf(key), value);
                    }
                });
            }
        }

        Map<String, Object> whole() {
            Map<String, Object> whole = new LinkedHashMap<>(members);
            Map<String, Object> called = new LinkedHashMap<>(function);
            called.put("arguments", arguments.toString());
            whole.putIfAbsent("type", "function");
            whole.put("function", called);
            return whole;
        }
    }

    void text(String text) {
        texts.computeIfAbsent(CONTENT, any -> new StringBuilder()).append(text);
    }

    /** Adds a choice of an upstream's chunk. Returns the estimated bytes that are kept of it. */
    long add(Map<?, ?> choice, TextShape shape) {
        finish = choice.get(FINISH) == null ? finish : choice.get(FINISH);
        if (choice.get(LOGPROBS) instanceof Map<?, ?> probabilities) {
            probabilities.forEach((key, value) -> {
                if (value instanceof List<?> list) {
                    logprobs.computeIfAbsent(String.valueOf(key), any -> new ArrayList<>())
                            .addAll(list);
                }
            });
        }
        if (shape == TextShape.COMPLETION) {
            text(OutputText.of(choice.get("text")));
        } else if (choice.get("delta") instanceof Map<?, ?> delta) {
            delta.forEach((key, value) -> member(String.valueOf(key), value));
        }
        return MemoryEstimate.bytes(choice.get(shape.part())) + MemoryEstimate.bytes(choice.get(LOGPROBS));
    }

    private void member(String key, @Nullable Object value) {
        if (key.equals(TOOL_CALLS) && value instanceof List<?> pieces) {
            for (Object piece : pieces) {
                if (piece instanceof Map<?, ?> part) {
                    int index = part.get("index") instanceof Number number ? number.intValue() : calls.size();
                    calls.computeIfAbsent(index, any -> new ToolCall()).add(part);
                }
            }
        } else if (value instanceof String text && !key.equals("role")) {
            texts.computeIfAbsent(key, any -> new StringBuilder()).append(text);
        } else if (value != null && !key.equals("role")) {
            others.put(key, value);
        }
    }

    /** Writes the members of the choice after its index. */
    void write(Map<String, @Nullable Object> choice, TextShape shape, String usualFinish) {
        StringBuilder content = texts.get(CONTENT);
        if (shape == TextShape.COMPLETION) {
            choice.put("text", content == null ? "" : content.toString());
        } else {
            Map<String, @Nullable Object> message = new LinkedHashMap<>();
            message.put("role", "assistant");
            boolean only = calls.isEmpty() && !texts.containsKey("refusal");
            message.put(CONTENT, content == null ? only ? "" : null : content.toString());
            message.put("refusal", null);
            texts.forEach((key, text) -> message.put(key, text.toString()));
            message.putAll(others);
            if (!calls.isEmpty()) {
                message.put(
                        TOOL_CALLS, calls.values().stream().map(ToolCall::whole).toList());
            }
            choice.put("message", message);
        }
        choice.put(LOGPROBS, logprobs.isEmpty() ? null : logprobs);
        choice.put(FINISH, finish == null ? usualFinish : finish);
    }
}
