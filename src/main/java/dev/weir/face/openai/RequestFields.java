package dev.weir.face.openai;

import dev.weir.face.BodyFields;
import dev.weir.face.ModelRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The fields of a request's body, checked one by one. */
record RequestFields(Map<String, @Nullable Object> body) {
    private static final int MOST_CHOICES = 128;
    private static final double HOTTEST = 2;

    /** The fields that the API itself uses, or that have no effect on the answer. */
    private static final Set<String> OWN = Set.of("model", "messages", "prompt", "input", "metadata");

    /** The fields that change the answer, with the values that change nothing. */
    static final Map<String, Predicate<Object>> CHANGING = changing();

    private static Map<String, Predicate<Object>> changing() {
        Map<String, Predicate<Object>> fields = new LinkedHashMap<>();
        fields.put("frequency_penalty", RequestFields::isZero);
        fields.put("presence_penalty", RequestFields::isZero);
        fields.put("logit_bias", BodyFields::isEmpty);
        fields.put("logprobs", value -> Boolean.FALSE.equals(value));
        fields.put("top_logprobs", RequestFields::isZero);
        fields.put("best_of", value -> value instanceof Number number && number.doubleValue() == 1);
        fields.put("tools", BodyFields::isEmpty);
        fields.put("functions", BodyFields::isEmpty);
        fields.put("tool_choice", value -> value.equals("none") || value.equals("auto"));
        fields.put("function_call", value -> value.equals("none") || value.equals("auto"));
        fields.put("response_format", value -> value.equals(Map.of("type", "text")));
        fields.put("modalities", value -> value.equals(List.of("text")));
        fields.put("audio", value -> false);
        fields.put("prediction", value -> false);
        fields.put("web_search_options", value -> false);
        fields.put("suffix", value -> value.equals(""));
        fields.put("echo", value -> Boolean.FALSE.equals(value));
        fields.put("reasoning_effort", value -> false);
        fields.put("verbosity", value -> value.equals("medium"));
        return fields;
    }

    static boolean isZero(Object value) {
        return value instanceof Number number && number.doubleValue() == 0;
    }

    private BodyFields shared() {
        return new BodyFields(body);
    }

    /** The id of the model. */
    String model() {
        return shared().model();
    }

    /** The value of a flag; false if it is absent. */
    boolean flag(String name) {
        return shared().flag(name);
    }

    /** Whether the client wants the usage at the end of a stream. */
    boolean includesUsage() {
        Object options = body.get("stream_options");
        if (options == null) {
            return false;
        }
        if (!(options instanceof Map<?, ?> map)) {
            throw BodyFields.invalid("stream_options", "an object", options);
        }
        return Boolean.TRUE.equals(map.get("include_usage"));
    }

    /** The parameters of the generation. */
    Map<String, ModelRequest.Option> options() {
        Map<String, ModelRequest.Option> options = new LinkedHashMap<>();
        BodyFields shared = shared();
        shared.number(ModelRequest.TEMPERATURE, HOTTEST, options);
        shared.number(ModelRequest.TOP_P, 1, options);
        shared.whole(ModelRequest.SEED, "seed", Long.MIN_VALUE, Long.MAX_VALUE, options);
        shared.whole(ModelRequest.MAX_TOKENS, "max_tokens", 1, Integer.MAX_VALUE, options);
        shared.whole(ModelRequest.MAX_TOKENS, "max_completion_tokens", 1, Integer.MAX_VALUE, options);
        shared.whole(ModelRequest.COUNT, "n", 1, MOST_CHOICES, options);
        shared.texts(ModelRequest.STOP, "stop", options);
        return options;
    }

    /** The further values that inputs of the same names may take: the body's own, then those of {@code metadata}. */
    Map<String, Object> others() {
        return others(OWN);
    }

    /** The same, with other fields that the API itself uses. */
    Map<String, Object> others(Set<String> own) {
        Map<String, Object> others = shared().others(own);
        if (body.get("metadata") instanceof Map<?, ?> metadata) {
            metadata.forEach((name, value) -> {
                if (value != null) {
                    others.putIfAbsent(String.valueOf(name), value);
                }
            });
        }
        return others;
    }

    /**
     * Refuses a field that changes the answer and that nothing honours.
     *
     * @param isTaken whether the workflow's input has a field
     */
    void check(Predicate<String> isTaken) {
        List<String> refused = new ArrayList<>(shared().unsupported(CHANGING, isTaken));
        boolean serial = Boolean.FALSE.equals(body.get("parallel_tool_calls"));
        if (serial && isTaken.test("tools") && !isTaken.test("parallel_tool_calls")) {
            refused.add("parallel_tool_calls");
        }
        BodyFields.refuse(refused);
    }
}
