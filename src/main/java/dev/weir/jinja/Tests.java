package dev.weir.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tests of the language. */
final class Tests {
    static final Registry<Test> ALL = new Registry<Test>()
            .add((value, a) -> !(value instanceof Undefined), "defined")
            .add((value, a) -> value instanceof Undefined, "undefined")
            .add((value, a) -> value == null, "none")
            .add((value, a) -> value instanceof String, "string")
            .add((value, a) -> value instanceof Boolean, "boolean")
            .add((value, a) -> Boolean.TRUE.equals(value), "true")
            .add((value, a) -> Boolean.FALSE.equals(value), "false")
            .add((value, a) -> Operators.isNumber(value), "number")
            .add((value, a) -> value instanceof Long, "integer")
            .add((value, a) -> value instanceof Double, "float")
            .add((value, a) -> value instanceof Map, "mapping")
            .add((value, a) -> isIterable(value) && !(value instanceof Undefined), "sequence")
            .add((value, a) -> isIterable(value), "iterable")
            .add((value, a) -> value instanceof JinjaFunction, "callable")
            .add((value, a) -> false, "escaped")
            .add((value, a) -> Filter.find(PythonText.of(value, a.budget())) != null, "filter")
            .add((value, a) -> isTest(PythonText.of(value, a.budget())), "test")
            .add((value, a) -> Operators.areEqual(value, other(a), a.budget()), "eq", "equalto", "==")
            .add((value, a) -> !Operators.areEqual(value, other(a), a.budget()), "ne", "!=")
            .add((value, a) -> Operators.compare(value, other(a), a.budget()) < 0, "lt", "lessthan", "<")
            .add((value, a) -> Operators.compare(value, other(a), a.budget()) <= 0, "le", "<=")
            .add((value, a) -> Operators.compare(value, other(a), a.budget()) > 0, "gt", "greaterthan", ">")
            .add((value, a) -> Operators.compare(value, other(a), a.budget()) >= 0, "ge", ">=")
            .add((value, a) -> Operators.contains(other(a), value, a.budget()), "in")
            .add((value, a) -> value == null ? other(a) == null : isSame(value, other(a), a.budget()), "sameas")
            .add((value, a) -> Math.floorMod(Operators.whole(value), 2L) == 1, "odd")
            .add((value, a) -> Math.floorMod(Operators.whole(value), 2L) == 0, "even")
            .add(
                    (value, a) ->
                            Operators.whole(Arithmetic.REMAINDER.apply(Operators.number(value), other(a), a.budget()))
                                    == 0,
                    "divisibleby")
            .add((value, a) -> TextMethods.isLower(PythonText.of(value, a.budget()), a.budget()), "lower")
            .add((value, a) -> TextMethods.isUpper(PythonText.of(value, a.budget()), a.budget()), "upper");

    private Tests() {}

    private static boolean isTest(String name) {
        return ALL.find(name) != null;
    }

    private static @Nullable Object other(Arguments arguments) {
        return arguments.require(0, "other");
    }

    private static boolean isIterable(@Nullable Object value) {
        return value instanceof String || value instanceof List || value instanceof Map || value instanceof Undefined;
    }

    private static boolean isSame(Object value, @Nullable Object other, Budget budget) {
        boolean plain = value instanceof Boolean || value instanceof Long || value instanceof String;
        return (plain && value.getClass().isInstance(other))
                ? Operators.areEqual(value, other, budget)
                : value == other;
    }
}
