package dev.weir.binding;

import dev.weir.filter.regex.BoundedPattern;
import dev.weir.filter.regex.RegexSyntaxException;
import dev.weir.filter.regex.TextPattern;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A condition of a job or of a template's operator: one comparison, or several combined. */
public sealed interface Condition {

    /**
     * Whether the condition is true.
     *
     * @throws BindingException {@code INVALID_INPUT} if two values cannot be compared
     */
    boolean test(Scope scope);

    private static @Nullable Object rendered(@Nullable Template template, Scope scope) {
        return template == null ? null : template.render(scope);
    }

    /** {@code input operator value}; an absent template stands for null. */
    record Comparison(
            @Nullable Template input,
            Operator operator,
            @Nullable Template value) implements Condition {
        @Override
        public boolean test(Scope scope) {
            return operator.test(rendered(input, scope), value, scope);
        }
    }

    /** True if all conditions are true. */
    record All(List<Condition> conditions) implements Condition {
        public All {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean test(Scope scope) {
            return conditions.stream().allMatch(condition -> condition.test(scope));
        }
    }

    /** True if any condition is true. */
    record Any(List<Condition> conditions) implements Condition {
        public Any {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean test(Scope scope) {
            return conditions.stream().anyMatch(condition -> condition.test(scope));
        }
    }

    /** True if the condition is false. */
    record Not(Condition condition) implements Condition {
        @Override
        public boolean test(Scope scope) {
            return !condition.test(scope);
        }
    }

    /** A comparison of two values; {@link #toString} is its spelling in the configuration. */
    enum Operator {
        EQ,
        NEQ,
        GT,
        GTE,
        LT,
        LTE,
        IN,
        NOT_IN,
        STARTS_WITH,
        ENDS_WITH,
        /** The regular expression matches at the start of the text. */
        MATCH;

        private static final BoundedPattern.Cache PATTERNS = new BoundedPattern.Cache();

        /**
         * Whether {@code input operator value} is true, with the value rendered in {@code scope}; an absent template stands
         * for null.
         *
         * @throws BindingException {@code INVALID_INPUT} if the two cannot be compared, or a pattern takes too many steps
         */
        public boolean test(@Nullable Object input, @Nullable Template value, Scope scope) {
            Object rendered = rendered(value, scope);
            boolean ofClient = this == MATCH && !isOfConfiguration(value);
            return ofClient ? matchesClients(input, rendered) : test(input, rendered);
        }

        private static boolean isOfConfiguration(@Nullable Template value) {
            return value == null || value.references().stream().allMatch(reference -> reference.source() == Source.ENV);
        }

        /** As {@link #test(Object, Template, Scope)}, for a value of the configuration. */
        public boolean test(@Nullable Object input, @Nullable Object value) {
            try {
                return switch (this) {
                    case EQ -> Values.areEqual(input, value);
                    case NEQ -> !Values.areEqual(input, value);
                    case GT -> Values.compare(input, value) > 0;
                    case GTE -> Values.compare(input, value) >= 0;
                    case LT -> Values.compare(input, value) < 0;
                    case LTE -> Values.compare(input, value) <= 0;
                    case IN -> Values.contains(value, input);
                    case NOT_IN -> !Values.contains(value, input);
                    case STARTS_WITH -> Values.text(input).startsWith(Values.text(value));
                    case ENDS_WITH -> Values.text(input).endsWith(Values.text(value));
                    case MATCH -> matches(input, value);
                };
            } catch (IllegalArgumentException e) {
                throw new BindingException("operator " + this + ": " + e.getMessage());
            }
        }

        /**
         * Checks a constant value.
         *
         * @throws RegexSyntaxException if this operator takes a pattern and the value is none
         */
        public void check(@Nullable Object value) throws RegexSyntaxException {
            if (this == MATCH) {
                PATTERNS.get(Values.text(value));
            }
        }

        private static boolean matches(@Nullable Object input, @Nullable Object pattern) {
            try {
                return PATTERNS.get(Values.text(pattern)).matchesStart(Values.text(input));
            } catch (RegexSyntaxException e) {
                throw new BindingException(
                        "operator match: " + Values.describe(pattern) + " is not a regular expression: " + e.detail());
            } catch (IllegalArgumentException e) {
                throw new BindingException("operator match: " + Values.describe(pattern) + " " + e.getMessage());
            }
        }

        private static boolean matchesClients(@Nullable Object input, @Nullable Object pattern) {
            try {
                return TextPattern.of(Values.text(pattern)).matchesStart(Values.text(input));
            } catch (RegexSyntaxException e) {
                throw new BindingException("operator match: " + Values.describe(pattern)
                        + " is not a regular expression that an input may have: " + e.detail() + " (" + e.remedy()
                        + ")");
            } catch (IllegalArgumentException e) {
                throw new BindingException("operator match: " + Values.describe(pattern) + ": " + e.getMessage());
            }
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
