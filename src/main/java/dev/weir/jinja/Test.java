package dev.weir.jinja;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What stands behind {@code is}. */
@FunctionalInterface
interface Test {
    boolean holds(@Nullable Object value, Arguments arguments);

    /**
     * The test of that name.
     *
     * @throws JinjaException if there is none
     */
    static Test named(String name) {
        Test test = ofKind(name);
        if (test == null) {
            test = ofOrder(name);
        }
        if (test == null) {
            throw new JinjaException("no test named '" + name + "'");
        }
        return test;
    }

    private static @Nullable Test ofKind(String name) {
        return switch (name) {
            case "defined" -> (value, a) -> !(value instanceof Undefined);
            case "undefined" -> (value, a) -> value instanceof Undefined;
            case "none" -> (value, a) -> value == null;
            case "string" -> (value, a) -> value instanceof String;
            case "boolean" -> (value, a) -> value instanceof Boolean;
            case "true" -> (value, a) -> Boolean.TRUE.equals(value);
            case "false" -> (value, a) -> Boolean.FALSE.equals(value);
            case "number" -> (value, a) -> Operators.isNumber(value);
            case "integer" -> (value, a) -> value instanceof Long;
            case "float" -> (value, a) -> value instanceof Double;
            case "mapping" -> (value, a) -> value instanceof Map;
            case "sequence" -> (value, a) -> isIterable(value) && !(value instanceof Undefined);
            case "iterable" -> (value, a) -> isIterable(value);
            case "callable" -> (value, a) -> value instanceof JinjaFunction;
            case "escaped" -> (value, a) -> false;
            case "filter" ->
                (value, a) -> TextFilters.find(PythonText.of(value)) != null
                        || ListFilters.find(PythonText.of(value)) != null;
            case "test" -> (value, a) -> ofKind(PythonText.of(value)) != null || ofOrder(PythonText.of(value)) != null;
            default -> null;
        };
    }

    private static @Nullable Test ofOrder(String name) {
        return switch (name) {
            case "eq", "equalto", "==" -> (value, a) -> Operators.areEqual(value, other(a));
            case "ne", "!=" -> (value, a) -> !Operators.areEqual(value, other(a));
            case "lt", "lessthan", "<" -> (value, a) -> Operators.compare(value, other(a)) < 0;
            case "le", "<=" -> (value, a) -> Operators.compare(value, other(a)) <= 0;
            case "gt", "greaterthan", ">" -> (value, a) -> Operators.compare(value, other(a)) > 0;
            case "ge", ">=" -> (value, a) -> Operators.compare(value, other(a)) >= 0;
            case "in" -> (value, a) -> Operators.contains(other(a), value);
            case "sameas" -> (value, a) -> value == null ? other(a) == null : isSame(value, other(a));
            case "odd" -> (value, a) -> Math.floorMod(Operators.whole(value), 2L) == 1;
            case "even" -> (value, a) -> Math.floorMod(Operators.whole(value), 2L) == 0;
            case "divisibleby" -> (value, a) -> Operators.whole(Arithmetic.REMAINDER.apply(value, other(a))) == 0;
            case "lower" -> (value, a) -> isCased(value, PythonText.of(value).toLowerCase(Locale.ROOT));
            case "upper" -> (value, a) -> isCased(value, PythonText.of(value).toUpperCase(Locale.ROOT));
            default -> null;
        };
    }

    private static @Nullable Object other(Arguments arguments) {
        return arguments.require(0, "other");
    }

    private static boolean isIterable(@Nullable Object value) {
        return value instanceof String || value instanceof List || value instanceof Map || value instanceof Undefined;
    }

    private static boolean isSame(Object value, @Nullable Object other) {
        boolean plain = value instanceof Boolean || value instanceof Long || value instanceof String;
        return plain ? value.equals(other) : value == other;
    }

    private static boolean isCased(@Nullable Object value, String cased) {
        String text = PythonText.of(value);
        return text.equals(cased)
                && text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
    }
}
