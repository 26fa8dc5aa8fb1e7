package dev.weir.binding;

import dev.weir.Excerpt;
import dev.weir.json.Json;
import dev.weir.json.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text, truth, equality and order of plain values. */
public final class Values {
    private static final int LONGEST_SHOWN = 80;

    private Values() {}

    /** Returns a value as text: null as the empty text, text unchanged, bytes as base64, everything else as JSON. */
    public static String text(@Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        return value == null ? "" : value instanceof byte[] bytes ? base64(bytes) : Json.write(value);
    }

    /** Copies a value with all its maps and lists. Each of them is read once. */
    public static @Nullable Object copy(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((key, member) -> copy.put(key, copy(member)));
            return copy;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(copy(element)));
            return copy;
        }
        return value;
    }

    /** Bytes as base64 with padding. */
    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** False for null, false, zero, and for empty text, lists and maps; true for all else. */
    public static boolean isTrue(@Nullable Object value) {
        if (value == null) {
            return false;
        }
        if (value instanceof Boolean truth) {
            return truth;
        }
        if (value instanceof Number number) {
            return Numbers.compare(number, 0) != 0;
        }
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        if (value instanceof List<?> list) {
            return !list.isEmpty();
        }
        return !(value instanceof Map<?, ?> map) || !map.isEmpty();
    }

    /** Equality by value: 1 equals 1.0, lists and maps compare by their parts, different kinds are never equal. */
    public static boolean areEqual(@Nullable Object left, @Nullable Object right) {
        if (left instanceof Number a && right instanceof Number b) {
            return Numbers.compare(a, b) == 0;
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            return areEqualLists(a, b);
        }
        if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
            return areEqualMaps(a, b);
        }
        if (left instanceof byte[] a && right instanceof byte[] b) {
            return Arrays.equals(a, b);
        }
        return left == null ? right == null : left.equals(right);
    }

    private static boolean areEqualLists(List<?> left, List<?> right) {
        if (left.size() != right.size()) {
            return false;
        }
        Iterator<?> others = right.iterator();
        for (Object element : left) {
            if (!areEqual(element, others.next())) {
                return false;
            }
        }
        return true;
    }

    private static boolean areEqualMaps(Map<?, ?> left, Map<?, ?> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (Map.Entry<?, ?> entry : left.entrySet()) {
            if (!right.containsKey(entry.getKey()) || !areEqual(entry.getValue(), right.get(entry.getKey()))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether {@code container} contains {@code value}: as an element of a list, a key of a map, or a part of a text. False
     * for null.
     *
     * @throws IllegalArgumentException if {@code container} is of another kind
     */
    public static boolean contains(@Nullable Object container, @Nullable Object value) {
        if (container instanceof List<?> list) {
            return list.stream().anyMatch(element -> areEqual(element, value));
        }
        if (container instanceof Map<?, ?> map) {
            return map.containsKey(value);
        }
        if (container instanceof String text) {
            return value instanceof String part && text.contains(part);
        }
        if (container == null) {
            return false;
        }
        throw new IllegalArgumentException("cannot look for something in " + kind(container));
    }

    /**
     * The order of two numbers or two texts (by code point).
     *
     * @throws IllegalArgumentException for anything else
     */
    public static int compare(@Nullable Object left, @Nullable Object right) {
        if (left instanceof Number a && right instanceof Number b) {
            return Numbers.compare(a, b);
        }
        if (left instanceof String a && right instanceof String b) {
            return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
        }
        throw new IllegalArgumentException("cannot order " + describe(left) + " and " + describe(right));
    }

    /** The kind of a value, with its article: {@code a text}, {@code a list}. */
    static String kind(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof String) {
            return "a text";
        }
        if (value instanceof Number) {
            return "a number";
        }
        if (value instanceof Boolean) {
            return "a boolean";
        }
        if (value instanceof List) {
            return "a list";
        }
        return value instanceof Map ? "a mapping" : "bytes";
    }

    /** A value for a message, with its kind, cut to 80 characters: {@code 'abc' (a text)}. */
    public static String describe(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof byte[] bytes) {
            return bytes.length + " bytes";
        }
        String text = text(excerpt(value, new int[] {LONGEST_SHOWN + 1}));
        String quote = value instanceof String ? "'" : "";
        return quote + Excerpt.of(text, LONGEST_SHOWN) + quote + " (" + kind(value) + ")";
    }

    /**
     * Copies about as much of a value as {@code left[0]} characters of JSON show, so that a large value costs no more than
     * a small one.
     */
    private static @Nullable Object excerpt(@Nullable Object value, int[] left) {
        left[0]--;
        if (value instanceof String text) {
            return text.substring(0, Math.min(text.length(), LONGEST_SHOWN + 1));
        }
        if (value instanceof byte[] bytes) {
            return Arrays.copyOf(bytes, Math.min(bytes.length, LONGEST_SHOWN));
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> some = new ArrayList<>();
            for (Iterator<?> elements = list.iterator(); elements.hasNext() && left[0] > 0; ) {
                some.add(excerpt(elements.next(), left));
            }
            return some;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> some = new LinkedHashMap<>();
            for (Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
                    entries.hasNext() && left[0] > 0; ) {
                Map.Entry<?, ?> entry = entries.next();
                some.put(excerpt(String.valueOf(entry.getKey()), left), excerpt(entry.getValue(), left));
            }
            return some;
        }
        return value;
    }
}
