package dev.weir.component.http.protocol;

import dev.weir.json.PathStep;
import dev.weir.stream.Summary.Finish;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The places at which the payloads of providers have the finish reason and the counts of tokens. A further provider is a
 * further row. Whole answers and chunks of streams share the rows.
 */
final class SummaryFields {
    enum Meaning {
        FINISH,
        STOP_SEQUENCE,
        PROMPT_TOKENS,
        COMPLETION_TOKENS
    }

    /**
     * A value in a payload's object.
     *
     * @param key the member of the payload
     * @param rest the path from that member to the value
     * @param when the member {@code type} or {@code object} that the payload must have; null for no condition
     */
    record Field(Meaning meaning, String key, List<PathStep> rest, Map.@Nullable Entry<String, String> when) {
        boolean appliesTo(Map<?, ?> payload) {
            return when == null || when.getValue().equals(payload.get(when.getKey()));
        }

        private List<List<PathStep>> paths() {
            List<PathStep> path = new ArrayList<>();
            path.add(new PathStep.Key(key));
            path.addAll(rest);
            return when == null ? List.of(path) : List.of(path, List.of(new PathStep.Key(when.getKey())));
        }
    }

    /**
     * The fields of one protocol.
     *
     * @param key the member that a payload of this protocol has, or {@code type} with a value that begins with {@code value}
     * @param value empty if the member is enough
     */
    record Protocol(String key, String value, List<Field> fields) {
        boolean isOf(Map<?, ?> payload) {
            Object member = payload.get(key);
            return value.isEmpty() ? member != null : member instanceof String text && text.startsWith(value);
        }

        /** The paths of the fields and of their conditions. */
        List<List<PathStep>> paths() {
            return fields.stream()
                    .flatMap(field -> field.paths().stream())
                    .distinct()
                    .toList();
        }
    }

    private static final String TYPE = "type";
    private static final String EACH = "*";

    /** The fields in the order of reading: of several reasons in one payload the last counts. */
    static final List<Protocol> PROTOCOLS = List.of(
            // OpenAI, chat completions and completions; vLLM and others
            new Protocol(
                    "choices",
                    "",
                    List.of(
                            field(Meaning.FINISH, null, "choices", 0, "finish_reason"),
                            field(Meaning.PROMPT_TOKENS, null, "usage", "prompt_tokens"),
                            field(Meaning.COMPLETION_TOKENS, null, "usage", "completion_tokens"))),
            // Cohere, version 2
            new Protocol(
                    TYPE,
                    "message-",
                    List.of(
                            field(Meaning.FINISH, type("message-end"), "delta", "finish_reason"),
                            field(
                                    Meaning.PROMPT_TOKENS,
                                    type("message-end"),
                                    "delta",
                                    "usage",
                                    "tokens",
                                    "input_tokens"),
                            field(
                                    Meaning.COMPLETION_TOKENS,
                                    type("message-end"),
                                    "delta",
                                    "usage",
                                    "tokens",
                                    "output_tokens"))),
            // Anthropic, messages
            new Protocol(
                    TYPE,
                    "message",
                    List.of(
                            field(Meaning.PROMPT_TOKENS, type("message_start"), "message", "usage", "input_tokens"),
                            field(
                                    Meaning.COMPLETION_TOKENS,
                                    type("message_start"),
                                    "message",
                                    "usage",
                                    "output_tokens"),
                            field(Meaning.FINISH, type("message_delta"), "delta", "stop_reason"),
                            field(Meaning.STOP_SEQUENCE, type("message_delta"), "delta", "stop_sequence"),
                            field(Meaning.FINISH, type("message"), "stop_reason"),
                            field(Meaning.STOP_SEQUENCE, type("message"), "stop_sequence"),
                            field(Meaning.PROMPT_TOKENS, null, "usage", "input_tokens"),
                            field(Meaning.COMPLETION_TOKENS, null, "usage", "output_tokens"))),
            // Ollama
            new Protocol(
                    "done",
                    "",
                    List.of(
                            field(Meaning.FINISH, null, "done_reason"),
                            field(Meaning.PROMPT_TOKENS, null, "prompt_eval_count"),
                            field(Meaning.COMPLETION_TOKENS, null, "eval_count"))),
            // OpenAI, responses: the last event of a stream has the whole answer
            new Protocol(
                    TYPE,
                    "response.",
                    List.of(
                            field(Meaning.FINISH, type("response.completed"), "response", "status"),
                            field(Meaning.FINISH, type("response.completed"), "response", "output", EACH, TYPE),
                            field(
                                    Meaning.FINISH,
                                    type("response.incomplete"),
                                    "response",
                                    "incomplete_details",
                                    "reason"),
                            field(Meaning.PROMPT_TOKENS, null, "response", "usage", "input_tokens"),
                            field(Meaning.COMPLETION_TOKENS, null, "response", "usage", "output_tokens"))),
            // Gemini
            new Protocol(
                    "candidates",
                    "",
                    List.of(
                            field(Meaning.FINISH, null, "candidates", 0, "finishReason"),
                            field(Meaning.PROMPT_TOKENS, null, "usageMetadata", "promptTokenCount"),
                            field(Meaning.COMPLETION_TOKENS, null, "usageMetadata", "candidatesTokenCount"))),
            // OpenAI, responses: a whole answer
            new Protocol(
                    "object",
                    "response",
                    List.of(
                            field(Meaning.FINISH, Map.entry("object", "response"), "status"),
                            field(Meaning.FINISH, Map.entry("object", "response"), "output", EACH, TYPE),
                            field(Meaning.FINISH, Map.entry("object", "response"), "incomplete_details", "reason"),
                            field(Meaning.PROMPT_TOKENS, null, "usage", "input_tokens"),
                            field(Meaning.COMPLETION_TOKENS, null, "usage", "output_tokens"))));

    /** The fields of all protocols by the member of the payload that has them, in the order of reading. */
    static final Map<String, List<Field>> BY_KEY = byKey();

    /** The paths of all protocols, and the members that tell the protocols apart. */
    static final List<List<PathStep>> PATHS = Stream.concat(
                    PROTOCOLS.stream().flatMap(protocol -> protocol.paths().stream()),
                    PROTOCOLS.stream().map(protocol -> List.<PathStep>of(new PathStep.Key(protocol.key()))))
            .distinct()
            .toList();

    /** The words of all providers for a reason. Other words, such as a pause of the model, are no known reason. */
    static final Map<String, Finish> REASONS = Map.ofEntries(
            Map.entry("stop", Finish.STOP),
            Map.entry("end_turn", Finish.STOP),
            Map.entry("stop_sequence", Finish.STOP),
            Map.entry("eos_token", Finish.STOP),
            Map.entry("completed", Finish.STOP),
            Map.entry("STOP", Finish.STOP),
            Map.entry("COMPLETE", Finish.STOP),
            Map.entry("STOP_SEQUENCE", Finish.STOP),
            Map.entry("length", Finish.LENGTH),
            Map.entry("max_tokens", Finish.LENGTH),
            Map.entry("max_output_tokens", Finish.LENGTH),
            Map.entry("model_context_window_exceeded", Finish.LENGTH),
            Map.entry("MAX_TOKENS", Finish.LENGTH),
            Map.entry("tool_calls", Finish.TOOL_CALLS),
            Map.entry("function_call", Finish.TOOL_CALLS),
            Map.entry("custom_tool_call", Finish.TOOL_CALLS),
            Map.entry("tool_use", Finish.TOOL_CALLS),
            Map.entry("TOOL_CALL", Finish.TOOL_CALLS),
            Map.entry("content_filter", Finish.CONTENT_FILTER),
            Map.entry("refusal", Finish.CONTENT_FILTER),
            Map.entry("SAFETY", Finish.CONTENT_FILTER),
            Map.entry("RECITATION", Finish.CONTENT_FILTER),
            Map.entry("BLOCKLIST", Finish.CONTENT_FILTER),
            Map.entry("PROHIBITED_CONTENT", Finish.CONTENT_FILTER),
            Map.entry("SPII", Finish.CONTENT_FILTER));

    private SummaryFields() {}

    private static Map.Entry<String, String> type(String value) {
        return Map.entry(TYPE, value);
    }

    private static Field field(Meaning meaning, Map.@Nullable Entry<String, String> when, String key, Object... rest) {
        return new Field(
                meaning, key, Arrays.stream(rest).map(SummaryFields::step).toList(), when);
    }

    private static PathStep step(Object step) {
        if (step instanceof Integer index) {
            return new PathStep.Index(index);
        }
        return step.equals(EACH) ? new PathStep.Wildcard() : new PathStep.Key((String) step);
    }

    private static Map<String, List<Field>> byKey() {
        Map<String, List<Field>> fields = new LinkedHashMap<>();
        PROTOCOLS.stream()
                .flatMap(protocol -> protocol.fields().stream())
                .distinct()
                .forEach(field -> fields.computeIfAbsent(field.key(), key -> new ArrayList<>())
                        .add(field));
        fields.replaceAll((key, of) -> List.copyOf(of));
        return Collections.unmodifiableMap(fields);
    }
}
