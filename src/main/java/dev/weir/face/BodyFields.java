package dev.weir.face;

import dev.weir.binding.Values;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Readers for the fields of a request's body. A field that is null counts as absent. Each reader refuses a field with an invalid
 * value: {@link RefusedFieldException}.
 */
public record BodyFields(Map<String, @Nullable Object> body) {
    private static final String MODEL = "model";

    /** The id of the model. */
    public String model() {
        if (body.get(MODEL) instanceof String model && !model.isEmpty()) {
            return model;
        }
        throw RefusedFieldException.invalid(MODEL, "model must be a text, was " + Values.describe(body.get(MODEL)));
    }

    /** The value of a flag; false if it is absent. */
    public boolean flag(String name) {
        Object value = body.get(name);
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        throw invalid(name, "true or false", value);
    }

    /** Adds a field with a number from 0 to {@code most} to the options, under its own name. */
    public void number(String name, double most, Map<String, ModelRequest.Option> options) {
        Object value = body.get(name);
        if (value == null) {
            return;
        }
        if (!(value instanceof Number number) || !(number.doubleValue() >= 0 && number.doubleValue() <= most)) {
            throw invalid(name, "a number from 0 to " + (int) most, value);
        }
        options.put(name, new ModelRequest.Option(name, value));
    }

    /**
     * Adds a field with a whole number to the options; of several fields for one option the smallest number counts.
     *
     * @param name the common name of the option
     */
    public void whole(String name, String field, long least, long most, Map<String, ModelRequest.Option> options) {
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

    /**
     * Adds a field with texts to the options, as a list; one text alone is a list of one.
     *
     * @param name the common name of the option
     */
    public void texts(String name, String field, Map<String, ModelRequest.Option> options) {
        Object value = body.get(field);
        if (value == null) {
            return;
        }
        List<?> texts = value instanceof List<?> list ? list : List.of(value);
        if (!texts.stream().allMatch(String.class::isInstance)) {
            throw invalid(field, "a text or a list of texts", value);
        }
        options.put(name, new ModelRequest.Option(field, texts));
    }

    /** The fields that are present, but for those of the API itself. Inputs of the same names may take them. */
    public Map<String, Object> others(Set<String> own) {
        Map<String, Object> others = new LinkedHashMap<>();
        body.forEach((name, value) -> {
            if (value != null && !own.contains(name)) {
                others.put(name, value);
            }
        });
        return others;
    }

    /**
     * The present fields that change the answer and that nothing honours.
     *
     * @param changing the fields that change the answer, with the values that change nothing
     * @param isTaken whether the workflow's input has a field
     */
    public List<String> unsupported(Map<String, Predicate<Object>> changing, Predicate<String> isTaken) {
        return changing.entrySet().stream()
                .filter(field -> {
                    Object value = body.get(field.getKey());
                    return value != null
                            && !isTaken.test(field.getKey())
                            && !field.getValue().test(value);
                })
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Refuses the first of some fields in the order of their names; does nothing without fields. */
    public static void refuse(List<String> unsupported) {
        unsupported.stream().sorted().findFirst().ifPresent(name -> {
            throw RefusedFieldException.unsupported(name, name + " is not supported by this model: leave it out");
        });
    }

    /** Whether a value is an empty list or an empty object. */
    public static boolean isEmpty(Object value) {
        return value instanceof List<?> list ? list.isEmpty() : value instanceof Map<?, ?> map && map.isEmpty();
    }

    /** The failure of a field with an invalid value. */
    public static RefusedFieldException invalid(String field, String wanted, @Nullable Object value) {
        return RefusedFieldException.invalid(field, field + " must be " + wanted + ", was " + Values.describe(value));
    }
}
