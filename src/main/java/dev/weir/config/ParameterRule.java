package dev.weir.config;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a parameter of a model may be. */
enum ParameterRule {
    TRUTH("true or false"),
    WHOLE("a whole number"),
    WHOLE_FROM_0("a whole number of at least 0"),
    WHOLE_FROM_1("a whole number of at least 1"),
    NUMBER("a number"),
    NUMBER_FROM_0("a number of at least 0"),
    NUMBER_ABOVE_0("a number above 0"),
    NUMBER_ABOVE_0_TO_1("a number in (0, 1]"),
    POOLING("mean or cls");

    static final List<String> POOLINGS = List.of("mean", "cls");

    /** Every parameter of a model, by name. */
    static final Map<String, ParameterRule> ALL = all();

    private final String expected;

    ParameterRule(String expected) {
        this.expected = expected;
    }

    /** Why a value breaks the rule, as the end of a sentence; empty if it keeps it. */
    String fault(@Nullable Object value) {
        return holds(value) ? "" : "must be " + expected + ", was " + Shown.cut(String.valueOf(value));
    }

    private boolean holds(@Nullable Object value) {
        return switch (this) {
            case TRUTH -> value instanceof Boolean;
            case WHOLE -> value instanceof Integer || value instanceof Long;
            case WHOLE_FROM_0 -> value instanceof Integer number && number >= 0;
            case WHOLE_FROM_1 -> value instanceof Integer number && number >= 1;
            case POOLING -> POOLINGS.contains(value);
            case NUMBER, NUMBER_FROM_0, NUMBER_ABOVE_0, NUMBER_ABOVE_0_TO_1 ->
                value instanceof Number number
                        && Double.isFinite(number.doubleValue())
                        && isInRange(new BigDecimal(number.toString()));
        };
    }

    private boolean isInRange(BigDecimal number) {
        boolean aboveZero = number.signum() > 0;
        return switch (this) {
            case NUMBER_FROM_0 -> number.signum() >= 0;
            case NUMBER_ABOVE_0 -> aboveZero;
            case NUMBER_ABOVE_0_TO_1 -> aboveZero && number.compareTo(BigDecimal.ONE) <= 0;
            default -> true;
        };
    }

    private static Map<String, ParameterRule> all() {
        Map<String, ParameterRule> rules = new LinkedHashMap<>();
        rules.put("max_output_length", WHOLE_FROM_1);
        rules.put("min_output_length", WHOLE_FROM_0);
        rules.put("num_return_sequences", WHOLE_FROM_1);
        rules.put("do_sample", TRUTH);
        rules.put("temperature", NUMBER_FROM_0);
        rules.put("top_k", WHOLE_FROM_0);
        rules.put("top_p", NUMBER_ABOVE_0_TO_1);
        rules.put("num_beams", WHOLE_FROM_1);
        rules.put("length_penalty", NUMBER);
        rules.put("early_stopping", TRUTH);
        rules.put("repetition_penalty", NUMBER_ABOVE_0);
        rules.put("no_repeat_ngram_size", WHOLE_FROM_0);
        rules.put("seed", WHOLE);
        rules.put("pooling", POOLING);
        rules.put("normalize", TRUTH);
        return rules;
    }
}
