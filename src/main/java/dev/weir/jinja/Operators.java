package dev.weir.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Python's operators on plain values. */
final class Operators {
    private Operators() {}

    static boolean isTrue(@Nullable Object value) {
        if (value == null || value instanceof Undefined) {
            return false;
        }
        if (value instanceof Boolean truth) {
            return truth;
        }
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        if (value instanceof Long number) {
            return number != 0;
        }
        if (value instanceof Double number) {
            return number != 0;
        }
        if (value instanceof List<?> list) {
            return !list.isEmpty();
        }
        return !(value instanceof Map<?, ?> map) || !map.isEmpty();
    }

    /** What {@code for} goes through: elements of a list, keys of a mapping, characters of a text. */
    static List<@Nullable Object> elements(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        if (value instanceof Map<?, ?> map) {
            return new ArrayList<>(map.keySet());
        }
        if (value instanceof String text) {
            Budget.checkElements(text.length());
            List<@Nullable Object> characters = new ArrayList<>();
            text.codePoints().forEach(c -> characters.add(Character.toString(c)));
            return characters;
        }
        if (value instanceof Undefined) {
            return new ArrayList<>();
        }
        throw JinjaException.type("'" + PythonText.kind(value) + "' object is not iterable");
    }

    static long length(@Nullable Object value) {
        if (value instanceof String text) {
            return text.codePointCount(0, text.length());
        }
        if (value instanceof List<?> list) {
            return list.size();
        }
        if (value instanceof Map<?, ?> map) {
            return map.size();
        }
        if (value instanceof Undefined) {
            return 0;
        }
        throw JinjaException.type("object of type '" + PythonText.kind(value) + "' has no len()");
    }

    static boolean isNumber(@Nullable Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    /** A number as Python counts with it: True is 1. */
    static Object number(@Nullable Object value) {
        if (value instanceof Undefined undefined) {
            throw JinjaException.undefined(undefined);
        }
        if (value instanceof Boolean truth) {
            return truth ? 1L : 0L;
        }
        if (value instanceof Long || value instanceof Double) {
            return value;
        }
        throw JinjaException.type("a number is needed, not '" + PythonText.kind(value) + "'");
    }

    static long whole(@Nullable Object value) {
        if (number(value) instanceof Long whole) {
            return whole;
        }
        throw JinjaException.type("'float' object cannot be interpreted as an integer");
    }

    static double decimal(@Nullable Object value) {
        return ((Number) number(value)).doubleValue();
    }

    static boolean areEqual(@Nullable Object left, @Nullable Object right) {
        if (isNumber(left) && isNumber(right)) {
            Object a = number(left);
            Object b = number(right);
            return (a instanceof Long && b instanceof Long) ? a.equals(b) : decimal(a) == decimal(b);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            return areEqual(a, b);
        }
        if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
            return a.size() == b.size()
                    && a.entrySet().stream()
                            .allMatch(entry ->
                                    b.containsKey(entry.getKey()) && areEqual(entry.getValue(), b.get(entry.getKey())));
        }
        return Objects.equals(left, right);
    }

    private static boolean areEqual(List<?> left, List<?> right) {
        Iterator<?> others = right.iterator();
        return left instanceof Tuple == right instanceof Tuple
                && left.size() == right.size()
                && left.stream().allMatch(element -> areEqual(element, others.next()));
    }

    /** Negative, zero or positive; an error between values that have no order. */
    static int compare(@Nullable Object left, @Nullable Object right) {
        if (isNumber(left) && isNumber(right)) {
            Object a = number(left);
            Object b = number(right);
            return a instanceof Long x && b instanceof Long y ? x.compareTo(y) : Double.compare(decimal(a), decimal(b));
        }
        if (left instanceof String a && right instanceof String b) {
            return compareTexts(a, b);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
                if (!areEqual(a.get(i), b.get(i))) {
                    return compare(a.get(i), b.get(i));
                }
            }
            return Integer.compare(a.size(), b.size());
        }
        throw unsupported("an order", left, right);
    }

    /** By code point, where Java's own order goes by UTF-16. */
    private static int compareTexts(String left, String right) {
        int same = 0;
        int shorter = Math.min(left.length(), right.length());
        while (same < shorter && left.charAt(same) == right.charAt(same)) {
            same++;
        }
        if (same == shorter) {
            return Integer.compare(left.length(), right.length());
        }
        int start = same > 0 && Character.isHighSurrogate(left.charAt(same - 1)) ? same - 1 : same;
        return Integer.compare(left.codePointAt(start), right.codePointAt(start));
    }

    static boolean contains(@Nullable Object container, @Nullable Object value) {
        if (container instanceof String text) {
            if (value instanceof String part) {
                return text.contains(part);
            }
            throw JinjaException.type("'in <string>' requires string as left operand, not " + PythonText.kind(value));
        }
        if (container instanceof Map<?, ?> map) {
            return map.containsKey(value);
        }
        return elements(container).stream().anyMatch(element -> areEqual(element, value));
    }

    static JinjaException unsupported(String operation, @Nullable Object left, @Nullable Object right) {
        for (Object value : new @Nullable Object[] {left, right}) {
            if (value instanceof Undefined undefined) {
                return JinjaException.undefined(undefined);
            }
        }
        return JinjaException.type("there is no " + operation + " of '" + PythonText.kind(left) + "' and '"
                + PythonText.kind(right) + "'");
    }
}
