package dev.weir.config;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a parameter of a model may be.
 *
 * @param expected the rule in words, such as {@code a number in (0, 1]}
 * @param holds whether a value keeps it
 */
record ParameterRule(String expected, Predicate<@Nullable Object> holds) {
    static final ParameterRule BOOLEAN = new ParameterRule("true or false", value -> value instanceof Boolean);

    /** Every parameter of generation, by name. */
    static final Map<String, ParameterRule> ALL = all();

    static ParameterRule wholeFrom(int minimum) {
        return new ParameterRule(
                "a whole number of at least " + minimum, value -> value instanceof Integer number && number >= minimum);
    }

    private static ParameterRule number(String range, Predicate<BigDecimal> inRange) {
        return new ParameterRule(
                "a number" + range,
                value -> value instanceof Number number
                        && Double.isFinite(number.doubleValue())
                        && inRange.test(new BigDecimal(number.toString())));
    }

    /** Why a value breaks the rule, as the end of a sentence; empty if it keeps it. */
    String fault(@Nullable Object value) {
        return holds.test(value) ? "" : "must be " + expected + ", was " + Shown.cut(String.valueOf(value));
    }

    private static Map<String, ParameterRule> all() {
        Map<String, ParameterRule> rules = new LinkedHashMap<>();
        rules.put("max_output_length", wholeFrom(1));
        rules.put("min_output_length", wholeFrom(0));
        rules.put("num_return_sequences", wholeFrom(1));
        rules.put("do_sample", BOOLEAN);
        rules.put("temperature", number(" of at least 0", value -> value.signum() >= 0));
        rules.put("top_k", wholeFrom(0));
        rules.put("top_p", number(" in (0, 1]", value -> value.signum() > 0 && value.compareTo(BigDecimal.ONE) <= 0));
        rules.put("num_beams", wholeFrom(1));
        rules.put("length_penalty", number("", value -> true));
        rules.put("early_stopping", BOOLEAN);
        rules.put("repetition_penalty", number(" above 0", value -> value.signum() > 0));
        rules.put("no_repeat_ngram_size", wholeFrom(0));
        rules.put(
                "seed",
                new ParameterRule("a whole number", value -> value instanceof Integer || value instanceof Long));
        return rules;
    }
}
