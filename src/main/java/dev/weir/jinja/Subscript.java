package dev.weir.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code value.name}, {@code value[index]} and {@code value[from:to:step]}. */
final class Subscript {
    private Subscript() {}

    /** Methods go before keys. */
    static @Nullable Object attribute(@Nullable Object value, String name) {
        if (value instanceof Undefined undefined) {
            throw JinjaException.undefined(undefined);
        }
        if (value instanceof Attributed attributed) {
            return attributed.attribute(name);
        }
        JinjaFunction method = Methods.find(value, name);
        if (method != null) {
            return method;
        }
        return value instanceof Map<?, ?> map && map.containsKey(name) ? map.get(name) : missing(value, name);
    }

    /** Keys go before methods. */
    static @Nullable Object item(@Nullable Object value, @Nullable Object index) {
        if (value instanceof Undefined undefined) {
            throw JinjaException.undefined(undefined);
        }
        if (value instanceof Map<?, ?> map && map.containsKey(index)) {
            return map.get(index);
        }
        if (value instanceof List<?> list && index instanceof Long at) {
            long from0 = at < 0 ? at + list.size() : at;
            return from0 >= 0 && from0 < list.size() ? list.get((int) from0) : missing(value, index);
        }
        if (value instanceof String text && index instanceof Long at) {
            long length = Operators.length(text);
            long from0 = at < 0 ? at + length : at;
            return from0 >= 0 && from0 < length ? character(text, (int) from0) : missing(value, index);
        }
        return index instanceof String name ? attribute(value, name) : missing(value, index);
    }

    private static Undefined missing(@Nullable Object value, @Nullable Object index) {
        return value == null
                ? new Undefined("'None' has no attribute '" + PythonText.of(index) + "'")
                : Undefined.attribute(value, index == null ? "None" : index);
    }

    private static String character(String text, int index) {
        return Character.toString(text.codePointAt(text.offsetByCodePoints(0, index)));
    }

    /** Any bound may be null, and is then the beginning, the end, or a step of one. */
    static Object slice(@Nullable Object value, @Nullable Object from, @Nullable Object to, @Nullable Object step) {
        if (value instanceof Undefined undefined) {
            throw JinjaException.undefined(undefined);
        }
        if (!(value instanceof String || value instanceof List)) {
            throw JinjaException.type("'" + PythonText.kind(value) + "' object is not subscriptable by a slice");
        }
        long stride = step == null ? 1 : Operators.whole(step);
        if (stride == 0) {
            throw JinjaException.type("slice step cannot be zero");
        }
        if (value instanceof String text) {
            int[] characters = text.codePoints().toArray();
            StringBuilder slice = new StringBuilder();
            indices(characters.length, from, to, stride).forEach(i -> slice.appendCodePoint(characters[i]));
            return slice.toString();
        }
        List<@Nullable Object> slice = new ArrayList<>();
        indices(((List<?>) value).size(), from, to, stride).forEach(i -> slice.add(((List<?>) value).get(i)));
        return slice;
    }

    private static List<Integer> indices(int size, @Nullable Object from, @Nullable Object to, long step) {
        long lowest = step > 0 ? 0 : -1;
        long highest = step > 0 ? size : size - 1L;
        long start = from == null ? (step > 0 ? lowest : highest) : bound(from, size, lowest, highest);
        long end = to == null ? (step > 0 ? highest : lowest) : bound(to, size, lowest, highest);
        List<Integer> indices = new ArrayList<>();
        for (long i = start; step > 0 ? i < end : i > end; i += step) {
            indices.add((int) i);
            if (Math.abs(step) > size) {
                break;
            }
        }
        return indices;
    }

    private static long bound(Object value, int size, long lowest, long highest) {
        long bound = Operators.whole(value);
        return Math.max(lowest, Math.min(highest, bound < 0 ? bound + size : bound));
    }
}
