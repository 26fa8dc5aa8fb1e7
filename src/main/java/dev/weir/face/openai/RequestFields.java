package dev.weir.face.openai;

import dev.weir.binding.Values;
import dev.weir.face.ModelRequest;
import dev.weir.face.RefusedFieldException;
import java.util.HashSet;
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
    private static final Map<String, Predicate<Object>> CHANGING = changing();

    private static Map<String, Predicate<Object>> changing() {
        Map<String, Predicate<Object>> fields = new LinkedHashMap<>();
        fields.put("frequency_penalty", RequestFields::isZero);
        fields.put("presence_penalty", RequestFields::isZero);
        fields.put("logit_bias", RequestFields::isEmpty);
        fields.put("logprobs", value -> Boolean.FALSE.equals(value));
        fields.put("top_logprobs", RequestFields::isZero);
        fields.put("best_of", value -> value instanceof Number number && number.doubleValue() == 1);
        fields.put("tools", RequestFields::isEmpty);
        fields.put("functions", RequestFields::isEmpty);
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

    private static boolean isZero(Object value) {
        return value instanceof Number number && number.doubleValue() == 0;
    }

    private static boolean isEmpty(Object value) {
        return value instanceof List<?> list ? list.isEmpty() : value instanceof Map<?, ?> map && map.isEmpty();
    }

    /** The id of the model. */
    String model() {
        if (body.get("model") instanceof String model && !model.isEmpty()) {
            return model;
        }
        throw RefusedFieldException.invalid("model", "model must be a text, was " + Values.describe(body.get("model")));
    }

    /** The value of a flag; false if it is absent. */
    boolean flag(String name) {
        Object value = body.get(name);
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        throw invalid(name, "true or false", value);
    }

    /** Whether the client wants the usage at the end of a stream. */
    boolean includesUsage() {
        Object options = body.get("stream_options");
        if (options == null) {
            return false;
        }
        if (!(options instanceof Map<?, ?> map)) {
            throw invalid("stream_options", "an object", options);
        }
        return Boolean.TRUE.equals(map.get("include_usage"));
    }

    /** The parameters of the generation. */
    Map<String, ModelRequest.Option> options() {
        Map<String, ModelRequest.Option> options = new LinkedHashMap<>();
        number(ModelRequest.TEMPERATURE, HOTTEST, options);
        number(ModelRequest.TOP_P, 1, options);
        whole(ModelRequest.SEED, "seed", Long.MIN_VALUE, Long.MAX_VALUE, options);
        whole(ModelRequest.MAX_TOKENS, "max_tokens", 1, Integer.MAX_VALUE, options);
        whole(ModelRequest.MAX_TOKENS, "max_completion_tokens", 1, Integer.MAX_VALUE, options);
        whole(ModelRequest.COUNT, "n", 1, MOST_CHOICES, options);
        stop(options);
        return options;
    }

    private void number(String name, double most, Map<String, ModelRequest.Option> options) {
        Object value = body.get(name);
        if (value == null) {
            return;
        }
        if (!(value instanceof Number number) || !(number.doubleValue() >= 0 && number.doubleValue() <= most)) {
            throw invalid(name, "a number from 0 to " + (int) most, value);
        }
        options.put(name, new ModelRequest.Option(name, value));
    }

    private void whole(String name, String field, long least, long most, Map<String, ModelRequest.Option> options) {
        Object value = body.get(field);
        if (value == null) {
            return;
        }
        if (!(value instanceof Integer || value instanceof Long)
                || ((Number) value).longValue() < least
                || ((Number) value).longValue() > most) {
            throw invalid(field, "a whole number from " + least + " to " + most, value);
        }
        ModelRequest.Option before = options.get(name);
        boolean smaller = before == null || ((Number) value).longValue() < ((Number) before.value()).longValue();
        if (smaller) {
            options.put(name, new ModelRequest.Option(field, value));
        }
    }

    private void stop(Map<String, ModelRequest.Option> options) {
        Object value = body.get(ModelRequest.STOP);
        if (value == null) {
            return;
        }
        List<?> texts = value instanceof List<?> list ? list : List.of(value);
        if (!texts.stream().allMatch(String.class::isInstance)) {
            throw invalid(ModelRequest.STOP, "a text or a list of texts", value);
        }
        options.put(ModelRequest.STOP, new ModelRequest.Option(ModelRequest.STOP, texts));
    }

    /** The further values that inputs of the same names may take: the body's own, then those of {@code metadata}. */
    Map<String, Object> others() {
        Map<String, Object> others = new LinkedHashMap<>();
        body.forEach((name, value) -> {
            if (value != null && !OWN.contains(name)) {
                others.put(name, value);
            }
        });
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
        Set<String> refused = new HashSet<>();
        CHANGING.forEach((name, isUsual) -> {
            Object value = body.get(name);
            if (value != null && !isTaken.test(name) && !isUsual.test(value)) {
                refused.add(name);
            }
        });
        boolean serial = Boolean.FALSE.equals(body.get("parallel_tool_calls"));
        if (serial && isTaken.test("tools") && !isTaken.test("parallel_tool_calls")) {
            refused.add("parallel_tool_calls");
        }
        refused.stream().sorted().findFirst().ifPresent(name -> {
            throw RefusedFieldException.unsupported(name, name + " is not supported by this model: leave it out");
        });
    }

    static RefusedFieldException invalid(String field, String wanted, @Nullable Object value) {
        return RefusedFieldException.invalid(field, field + " must be " + wanted + ", was " + Values.describe(value));
    }
}
