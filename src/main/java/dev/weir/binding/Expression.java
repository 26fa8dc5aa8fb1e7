package dev.weir.binding;

import dev.weir.MissingVariableException;
import dev.weir.json.PathStep;
import dev.weir.json.Scalars;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The syntax tree of <code>${…}</code>: each kind of node evaluates itself.
 *
 * <p>The tree is at most as deep as the parser's limit on nesting, so evaluation may recurse.
 */
sealed interface Expression {

    @Nullable
    Object evaluate(Scope scope);

    /** Returns this expression with environment variables and their raw defaults typed: {@link Scalars#canonical}. */
    default Expression withTypes() {
        return this;
    }

    /** Returns this expression with the raw defaults of environment variables as they are written. */
    default Expression withText() {
        return this;
    }

    /** Returns the type of the value if the configuration alone tells it; null if it depends on a source. */
    default @Nullable ValueType knownType() {
        return null;
    }

    /** True for a source with a path, also with a default and a type. */
    default boolean isReference() {
        return false;
    }

    /** A literal value. */
    record Literal(@Nullable Object value) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            return value;
        }

        @Override
        public @Nullable ValueType knownType() {
            return ValueType.ofConstant(value);
        }
    }

    /** A list of expressions. */
    record ListOf(List<Expression> elements) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            List<@Nullable Object> values = new ArrayList<>(elements.size());
            for (Expression element : elements) {
                values.add(element.evaluate(scope));
            }
            return values;
        }
    }

    /** A source and a path into its value. */
    record Lookup(Source source, @Nullable String name, List<PathStep> path) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            return PathStep.follow(scope.value(source, name), path);
        }

        @Override
        public Expression withTypes() {
            return source == Source.ENV ? new Typed(this) : this;
        }

        @Override
        public boolean isReference() {
            return true;
        }
    }

    /** An environment variable without a default. */
    record Required(Lookup variable) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Object value = variable.evaluate(scope);
            if (value == null) {
                throw new MissingVariableException(String.valueOf(variable.name()));
            }
            return value;
        }

        @Override
        public Expression withTypes() {
            return new Typed(this);
        }
    }

    /** An environment variable with the type that its text shows. Keeps the last value, which seldom changes. */
    final class Typed implements Expression {
        private final Expression variable;
        private volatile Reading last = new Reading("", "");

        private record Reading(String text, @Nullable Object value) {}

        Typed(Expression variable) {
            this.variable = variable;
        }

        @Override
        public @Nullable Object evaluate(Scope scope) {
            if (!(variable.evaluate(scope) instanceof String text)) {
                return null;
            }
            Reading reading = last;
            if (!reading.text().equals(text)) {
                reading = new Reading(text, Scalars.canonical(text));
                last = reading;
            }
            return reading.value();
        }
    }

    /** The default of an environment variable without quotes: its text, and its value by the core schema of YAML. */
    record RawDefault(String text, @Nullable Object value) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            return value;
        }

        @Override
        public Expression withTypes() {
            return new Literal(Scalars.canonical(text));
        }

        @Override
        public Expression withText() {
            return new Literal(text);
        }
    }

    /** {@code operand | fallback}. */
    record Defaulted(Expression operand, Expression fallback) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            Object value = operand.evaluate(scope);
            return value == null ? fallback.evaluate(scope) : value;
        }

        @Override
        public Expression withTypes() {
            return new Defaulted(operand.withTypes(), fallback.withTypes());
        }

        @Override
        public Expression withText() {
            return new Defaulted(operand.withText(), fallback.withText());
        }

        @Override
        public @Nullable ValueType knownType() {
            ValueType known = operand.knownType();
            return known == null ? fallback.knownType() : known;
        }

        @Override
        public boolean isReference() {
            return operand.isReference();
        }
    }

    /** {@code operand as type}; null stays null. {@code code} is the source text, for messages. */
    record Converted(Expression operand, Conversions.Conversion conversion, ValueType type, String code)
            implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            Object value = operand.evaluate(scope);
            if (value == null) {
                return null;
            }
            try {
                return conversion.apply(value);
            } catch (IllegalArgumentException e) {
                throw new BindingException("${" + code + "}: cannot convert "
                        + (mayBeSecret(code) ? "its value" : Values.describe(value)) + " to " + type
                        + (mayBeSecret(code) ? "" : reason(e)));
            }
        }

        @Override
        public boolean isReference() {
            return operand.isReference();
        }

        @Override
        public ValueType knownType() {
            return type;
        }

        private static String reason(IllegalArgumentException e) {
            return e instanceof NumberFormatException || e.getMessage() == null ? "" : ": " + e.getMessage();
        }
    }

    /** {@code !operand}. */
    record Not(Expression operand) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return !Values.isTrue(operand.evaluate(scope));
        }

        @Override
        public ValueType knownType() {
            return ValueType.BOOLEAN;
        }
    }

    /** {@code a && b && …}: whether all operands are true. Evaluation stops at the first false operand. */
    record All(List<Expression> operands) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            for (Expression operand : operands) {
                if (!Values.isTrue(operand.evaluate(scope))) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public ValueType knownType() {
            return ValueType.BOOLEAN;
        }
    }

    /** {@code a || b || …}: whether any operand is true. Evaluation stops at the first true operand. */
    record Any(List<Expression> operands) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            for (Expression operand : operands) {
                if (Values.isTrue(operand.evaluate(scope))) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public ValueType knownType() {
            return ValueType.BOOLEAN;
        }
    }

    /** {@code left operator right}. {@code code} is the source text, for messages. */
    record Comparison(Operator operator, Expression left, Expression right, String code) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            try {
                return operator.test(left.evaluate(scope), right.evaluate(scope));
            } catch (IllegalArgumentException e) {
                throw new BindingException(
                        "${" + code + "}: " + (mayBeSecret(code) ? "cannot compare its values" : e.getMessage()));
            }
        }

        @Override
        public ValueType knownType() {
            return ValueType.BOOLEAN;
        }
    }

    /** Text with expressions in it. */
    record Interpolation(List<Expression> parts) implements Expression {
        public Interpolation {
            parts = parts.stream().map(Expression::withText).toList();
        }

        @Override
        public Object evaluate(Scope scope) {
            StringBuilder text = new StringBuilder();
            for (Expression part : parts) {
                Object value = part.evaluate(scope);
                if (value instanceof String literal) {
                    text.append(literal);
                } else {
                    text.append(Values.text(value));
                }
            }
            return text.toString();
        }

        @Override
        public ValueType knownType() {
            return ValueType.STRING;
        }
    }

    /** Whether messages must not show values, because the code may read the environment. */
    private static boolean mayBeSecret(String code) {
        return code.contains("env");
    }

    /** A comparison of two values. */
    enum Operator {
        EQUAL("=="),
        UNEQUAL("!="),
        AT_MOST("<="),
        AT_LEAST(">="),
        LESS("<"),
        GREATER(">"),
        IN("in");

        final String spelling;

        Operator(String spelling) {
            this.spelling = spelling;
        }

        boolean test(@Nullable Object left, @Nullable Object right) {
            return switch (this) {
                case EQUAL -> Values.areEqual(left, right);
                case UNEQUAL -> !Values.areEqual(left, right);
                case LESS -> Values.compare(left, right) < 0;
                case AT_MOST -> Values.compare(left, right) <= 0;
                case GREATER -> Values.compare(left, right) > 0;
                case AT_LEAST -> Values.compare(left, right) >= 0;
                case IN -> Values.contains(right, left);
            };
        }
    }
}
