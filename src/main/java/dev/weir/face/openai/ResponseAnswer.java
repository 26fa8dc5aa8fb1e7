package dev.weir.face.openai;

import dev.weir.face.ModelRequest;
import dev.weir.stream.Summary;
import dev.weir.workflow.Run;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of a response, apart from its output.
 *
 * @param wish the request's wishes
 * @param taskId the id of the run
 * @param created the time of the run's start, in seconds
 */
record ResponseAnswer(Wish wish, String taskId, long created, Summary summary) {
    /**
     * The members of a request that its response repeats.
     *
     * @param members as the request has them, null where it has none and the API has no default
     */
    record Wish(String model, Map<String, @Nullable Object> members) {
        static Wish of(ModelRequest request) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            request.body().forEach((name, value) -> {
                if (value != null) {
                    members.put(name, value);
                }
            });
            return new Wish(request.model(), members);
        }

        @Nullable
        Object get(String name, @Nullable Object otherwise) {
            Object value = members.get(name);
            return value == null ? otherwise : value;
        }
    }

    /**
     * The state of a response.
     *
     * @param name such as {@code completed}
     * @param error the failure; null for none
     * @param cutOff the reason of an incomplete response; null if it is not incomplete
     */
    record Status(
            String name,
            @Nullable Map<String, Object> error,
            @Nullable String cutOff) {
        static final Status IN_PROGRESS = new Status("in_progress", null, null);

        /** The state of a response whose run has ended. */
        static Status ended(@Nullable String cutOff) {
            return new Status(cutOff == null ? "completed" : "incomplete", null, cutOff);
        }

        static Status failed(Map<String, Object> error) {
            return new Status("failed", error, null);
        }
    }

    static ResponseAnswer of(Wish wish, Run run) {
        return new ResponseAnswer(wish, run.taskId(), run.admittedSeconds(), run.summary());
    }

    /** The id of an item of the output. */
    String itemId(String prefix, int index) {
        return prefix + taskId + (index == 0 ? "" : "_" + index);
    }

    /**
     * A response.
     *
     * @param usage the counts of tokens; null before the end
     */
    Map<String, @Nullable Object> response(Status status, List<?> output, @Nullable Object usage) {
        Map<String, @Nullable Object> response = new LinkedHashMap<>();
        response.put("id", "resp_" + taskId);
        response.put("object", "response");
        response.put("created_at", created);
        response.put("status", status.name());
        response.put("background", false);
        response.put("error", status.error());
        response.put("incomplete_details", status.cutOff() == null ? null : Map.of("reason", status.cutOff()));
        response.put("instructions", wish.get("instructions", null));
        response.put("max_output_tokens", wish.get("max_output_tokens", null));
        response.put("model", wish.model());
        response.put("output", output);
        response.put("parallel_tool_calls", wish.get("parallel_tool_calls", true));
        response.put("previous_response_id", null);
        response.put("store", false);
        response.put("temperature", wish.get("temperature", null));
        response.put("text", wish.get("text", Map.of("format", Map.of("type", "text"))));
        response.put("tool_choice", wish.get("tool_choice", "auto"));
        response.put("tools", wish.get("tools", List.of()));
        response.put("top_p", wish.get("top_p", null));
        response.put("truncation", "disabled");
        if (usage != null) {
            response.put("usage", usage);
        }
        response.put("metadata", wish.get("metadata", Map.of()));
        return response;
    }

    /**
     * The response of an upstream as one of this server. Its other members, such as {@code instructions}, are those of the author's
     * request.
     */
    Map<String, @Nullable Object> own(Map<?, ?> upstream) {
        List<?> output = upstream.get("output") instanceof List<?> items ? items : List.of();
        Map<String, @Nullable Object> response = response(Status.ended(null), output, upstream.get("usage"));
        for (String member : List.of("status", "error", "incomplete_details", "service_tier")) {
            if (upstream.get(member) != null) {
                response.put(member, upstream.get(member));
            }
        }
        return response;
    }

    /**
     * The counts of tokens; unknown ones are 0.
     *
     * @param chat the counts of an upstream's chat completion, which count; empty for none
     */
    Map<String, Object> usage(Map<?, ?> chat) {
        long input = count(chat, "prompt_tokens", summary.promptTokens().orElse(0));
        long output =
                count(chat, "completion_tokens", summary.completionTokens().orElse(0));
        Map<String, Object> read = new LinkedHashMap<>();
        read.put("cached_tokens", detail(chat, "prompt_tokens_details", "cached_tokens"));
        read.put("cache_write_tokens", detail(chat, "prompt_tokens_details", "cache_write_tokens"));
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("input_tokens", input);
        usage.put("input_tokens_details", read);
        usage.put("output_tokens", output);
        usage.put(
                "output_tokens_details",
                Map.of("reasoning_tokens", detail(chat, "completion_tokens_details", "reasoning_tokens")));
        usage.put("total_tokens", input + output);
        return usage;
    }

    private static long detail(Map<?, ?> counts, String group, String name) {
        return counts.get(group) instanceof Map<?, ?> details ? count(details, name, 0) : 0;
    }

    private static long count(Map<?, ?> counts, String name, long otherwise) {
        return counts.get(name) instanceof Number number ? number.longValue() : otherwise;
    }

    /**
     * The reason for which the output is incomplete; null if it is complete.
     *
     * @param chat the finish reason of an upstream's chat completion, which counts; null for none
     */
    @Nullable
    String cutOff(@Nullable String chat) {
        String finish = chat == null ? TextShape.CHAT.finish(summary) : chat;
        return switch (finish) {
            case "length" -> "max_output_tokens";
            case "content_filter" -> "content_filter";
            default -> null;
        };
    }
}
