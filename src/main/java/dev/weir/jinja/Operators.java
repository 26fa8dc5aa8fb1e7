package dev.weir.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Python's operators on plain values. */
final class Operators {
    /** The units of work of one comparison of values. */
    private static final int LOOK = 8;
    /** The bytes of a text of one character. */
    private static final int CHARACTER_BYTES = 56;

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

    /**
     * Returns the values for {@code for}: elements of a list, keys of a mapping, characters of a text. A list may be returned
     * itself; it must not be changed.
     */
    @SuppressWarnings("unchecked") // Callers only read the list.
    static List<@Nullable Object> items(@Nullable Object value, Budget budget) {
        return value instanceof List<?> list ? (List<@Nullable Object>) list : elements(value, budget);
    }

    /** Returns the same values as {@link #items}, in a new list. */
    static List<@Nullable Object> elements(@Nullable Object value, Budget budget) {
        if (value instanceof List<?> list) {
            budget.list(list.size());
            return new ArrayList<>(list);
        }
        if (value instanceof Map<?, ?> map) {
            budget.list(map.size());
            return new ArrayList<>(map.keySet());
        }
        if (value instanceof String text) {
            budget.list(text.length());
            budget.made((long) CHARACTER_BYTES * text.length());
            List<@Nullable Object> characters = new ArrayList<>();
            text.codePoints().forEach(c -> characters.add(Character.toString(c)));
            return characters;
        }
        if (value instanceof Undefined) {
            return new ArrayList<>();
        }
        throw JinjaException.type("'" + PythonText.kind(value) + "' object is not iterable");
    }

    static long length(@Nullable Object value, Budget budget) {
        if (value instanceof String text) {
            budget.charge(text.length());
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

    /** Returns a value as a number, as Python does: True is 1. */
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

    static boolean areEqual(@Nullable Object left, @Nullable Object right, Budget budget) {
        budget.charge(LOOK);
        if (isNumber(left) && isNumber(right)) {
            Object a = number(left);
            Object b = number(right);
            return (a instanceof Long && b instanceof Long) ? a.equals(b) : decimal(a) == decimal(b);
        }
        if (left instanceof String a && right instanceof String b) {
            budget.charge(a.length() == b.length() ? a.length() : 0);
            return a.equals(b);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            return a == b || areEqual(a, b, budget);
        }
        if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
            return a == b || areEqual(a, b, budget);
        }
        return Objects.equals(left, right);
    }

    private static boolean areEqual(List<?> left, List<?> right, Budget budget) {
        if (left instanceof Tuple != right instanceof Tuple || left.size() != right.size()) {
            return false;
        }
        budget.enter();
        Iterator<?> others = right.iterator();
        boolean equal = true;
        for (Iterator<?> elements = left.iterator(); equal && elements.hasNext(); ) {
            equal = areEqual(elements.next(), others.next(), budget);
        }
        budget.leave();
        return equal;
    }

    private static boolean areEqual(Map<?, ?> left, Map<?, ?> right, Budget budget) {
        if (left.size() != right.size()) {
            return false;
        }
        budget.enter();
        boolean equal = true;
        for (Iterator<? extends Map.Entry<?, ?>> entries = left.entrySet().iterator(); equal && entries.hasNext(); ) {
            Map.Entry<?, ?> entry = entries.next();
            equal = right.containsKey(Keys.sought(entry.getKey(), right, budget))
                    && areEqual(entry.getValue(), right.get(entry.getKey()), budget);
        }
        budget.leave();
        return equal;
    }

    /** Compares two values: negative, zero or positive. Fails for values without an order. */
    static int compare(@Nullable Object left, @Nullable Object right, Budget budget) {
        budget.charge(LOOK);
        if (isNumber(left) && isNumber(right)) {
            Object a = number(left);
            Object b = number(right);
            return a instanceof Long x && b instanceof Long y ? x.compareTo(y) : Double.compare(decimal(a), decimal(b));
        }
        if (left instanceof String a && right instanceof String b) {
            return compareTexts(a, b, budget);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            return compareLists(a, b, budget);
        }
        throw unsupported("order", left, right);
    }

    private static int compareLists(List<?> left, List<?> right, Budget budget) {
        budget.enter();
        int order = Integer.compare(left.size(), right.size());
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            if (!areEqual(left.get(i), right.get(i), budget)) {
                order = compare(left.get(i), right.get(i), budget);
                break;
            }
        }
        budget.leave();
        return order;
    }

    /** Compares texts by code point, as Python does; Java compares UTF-16 units. */
    private static int compareTexts(String left, String right, Budget budget) {
        int same = 0;
        int shorter = Math.min(left.length(), right.length());
        while (same < shorter && left.charAt(same) == right.charAt(same)) {
            same++;
        }
        budget.charge(same);
        if (same == shorter) {
            return Integer.compare(left.length(), right.length());
        }
        int start = same > 0 && Character.isHighSurrogate(left.charAt(same - 1)) ? same - 1 : same;
        return Integer.compare(left.codePointAt(start), right.codePointAt(start));
    }

    static boolean contains(@Nullable Object container, @Nullable Object value, Budget budget) {
        if (container instanceof String text) {
            if (value instanceof String part) {
                return new TextSearch(text, part, budget).next(0) >= 0;
            }
            throw JinjaException.type("'in <string>' requires string as left operand, not " + PythonText.kind(value));
        }
        if (container instanceof Map<?, ?> map) {
            return map.containsKey(Keys.sought(value, map, budget));
        }
        for (Object element : items(container, budget)) {
            if (areEqual(element, value, budget)) {
                return true;
            }
        }
        return false;
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
