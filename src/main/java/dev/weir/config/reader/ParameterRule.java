package dev.weir.config.reader;

import dev.weir.config.yaml.Printable;
import dev.weir.json.Numbers;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The values that a parameter of a model may have. */
public enum ParameterRule {
    TRUTH("true or false"),
    TRUTH_OR_NEVER("true, false or never"),
    SEED("a whole number from -2^63 to 2^64 - 1"),
    WHOLE_FROM_0("a whole number of at least 0"),
    WHOLE_FROM_1("a whole number of at least 1"),
    TOP_K("a whole number from 0 to 1000000"),
    NGRAM_SIZE("a whole number from 0 to 1000"),
    TEMPERATURE("a number from 0 to 1e10"),
    PROBABILITY("a number in [0, 1]"),
    REPETITION_PENALTY("a number from 1e-6 to 1e6"),
    LENGTH_PENALTY("a number from -100 to 100"),
    POOLING("mean, cls or max");

    public static final List<String> POOLINGS = List.of("mean", "cls", "max");
    public static final String NEVER = "never";

    /** Every parameter of a model, by name. */
    public static final Map<String, ParameterRule> ALL = all();

    private final String expected;

    ParameterRule(String expected) {
        this.expected = expected;
    }

    /** The rule of a parameter that is one of {@link #ALL}. */
    static ParameterRule of(String name) {
        return Objects.requireNonNull(ALL.get(name), "the parameter has no rule");
    }

    /** Returns the violation of the rule by a value, as the end of a sentence; empty if there is none. */
    String fault(@Nullable Object value) {
        return holds(value) ? "" : "must be " + expected + ", was " + Printable.cut(String.valueOf(value));
    }

    /** Whether true and false, in any spelling, are permitted. */
    boolean takesTruth() {
        return this == TRUTH || this == TRUTH_OR_NEVER;
    }

    private boolean holds(@Nullable Object value) {
        return switch (this) {
            case TRUTH -> value instanceof Boolean;
            case TRUTH_OR_NEVER -> value instanceof Boolean || NEVER.equals(value);
            case POOLING -> POOLINGS.contains(value);
            case SEED -> isWhole(value) && isWithin(value, "-9223372036854775808", "18446744073709551615");
            case WHOLE_FROM_0 -> value instanceof Integer number && number >= 0;
            case WHOLE_FROM_1 -> value instanceof Integer number && number >= 1;
            case TOP_K -> value instanceof Integer && isWithin(value, "0", "1e6");
            case NGRAM_SIZE -> value instanceof Integer && isWithin(value, "0", "1000");
            case TEMPERATURE -> isWithin(value, "0", "1e10");
            case PROBABILITY -> isWithin(value, "0", "1");
            case REPETITION_PENALTY -> isWithin(value, "1e-6", "1e6");
            case LENGTH_PENALTY -> isWithin(value, "-100", "100");
        };
    }

    private static boolean isWhole(@Nullable Object value) {
        return value instanceof Integer || value instanceof Long || value instanceof BigInteger;
    }

    private static boolean isWithin(@Nullable Object value, String least, String most) {
        return value instanceof Number number
                && Double.isFinite(number.doubleValue())
                && Numbers.decimal(number).compareTo(new BigDecimal(least)) >= 0
                && Numbers.decimal(number).compareTo(new BigDecimal(most)) <= 0;
    }

    private static Map<String, ParameterRule> all() {
        Map<String, ParameterRule> rules = new LinkedHashMap<>();
        rules.put("max_output_length", WHOLE_FROM_1);
        rules.put("min_output_length", WHOLE_FROM_0);
        rules.put("num_return_sequences", WHOLE_FROM_1);
        rules.put("do_sample", TRUTH);
        rules.put("temperature", TEMPERATURE);
        rules.put("top_k", TOP_K);
        rules.put("top_p", PROBABILITY);
        rules.put("num_beams", WHOLE_FROM_1);
        rules.put("length_penalty", LENGTH_PENALTY);
        rules.put("early_stopping", TRUTH_OR_NEVER);
        rules.put("repetition_penalty", REPETITION_PENALTY);
        rules.put("no_repeat_ngram_size", NGRAM_SIZE);
        rules.put("seed", SEED);
        rules.put("pooling", POOLING);
        rules.put("normalize", TRUTH);
        return rules;
    }
}
