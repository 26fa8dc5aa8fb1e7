package dev.weir.face.anthropic;

import dev.weir.stream.Summary;
import dev.weir.workflow.Run;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of an answer outside its content.
 *
 * @param model the id that the client has sent
 */
record MessageAnswer(String model, String id, Summary summary) {
    static final String STOP_REASON = "stop_reason";
    private static final String END_TURN = "end_turn";
    private static final String STOP_SEQUENCE = "stop_sequence";

    static MessageAnswer of(String model, Run run) {
        return new MessageAnswer(model, "msg_" + run.taskId(), run.summary());
    }

    /**
     * A message.
     *
     * @param stop the reason of the end; empty before the end
     * @param usage the counts of tokens
     * @param own an upstream's message, which gives the other members
     */
    Map<String, @Nullable Object> message(
            List<?> content, Map<String, @Nullable Object> stop, Map<String, Object> usage, Map<?, ?> own) {
        Map<String, @Nullable Object> message = new LinkedHashMap<>();
        message.put("id", id);
        message.put("type", "message");
        message.put("role", "assistant");
        message.put("model", model);
        message.put("content", content);
        message.put(STOP_REASON, stop.get(STOP_REASON));
        message.put(STOP_SEQUENCE, stop.get(STOP_SEQUENCE));
        message.put("usage", usage);
        stop.forEach(message::putIfAbsent);
        own.forEach((key, value) -> {
            if (value != null && !message.containsKey(String.valueOf(key))) {
                message.put(String.valueOf(key), value);
            }
        });
        return message;
    }

    /**
     * The counts of tokens so far; unknown ones are 0.
     *
     * @param own those of an upstream's message, which count
     */
    Map<String, Object> usage(Map<String, Object> own) {
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("input_tokens", summary.promptTokens().orElse(0));
        usage.put("output_tokens", summary.completionTokens().orElse(0));
        usage.putAll(own);
        return usage;
    }

    /**
     * The reason of the end.
     *
     * @param own the members of an upstream's end, which count
     * @param calls whether the content has calls of tools
     */
    Map<String, @Nullable Object> stop(Map<String, Object> own, boolean calls) {
        Map<String, @Nullable Object> stop = new LinkedHashMap<>();
        stop.put(STOP_REASON, summary.finish().map(this::reason).orElse(END_TURN));
        stop.put(STOP_SEQUENCE, summary.stopSequence().orElse(null));
        stop.putAll(own);
        if (calls && END_TURN.equals(stop.get(STOP_REASON))) {
            // Some servers end with a plain stop after calls.
            stop.put(STOP_REASON, "tool_use");
        }
        return stop;
    }

    private String reason(Summary.Finish finish) {
        return switch (finish) {
            case STOP -> summary.stopSequence().isPresent() ? STOP_SEQUENCE : END_TURN;
            case LENGTH -> "max_tokens";
            case TOOL_CALLS -> "tool_use";
            case CONTENT_FILTER -> "refusal";
        };
    }
}
