package dev.weir.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code value.name}, {@code value[index]} and {@code value[from:to:step]}. */
final class Subscript {
    private Subscript() {}

    /** Returns an attribute; methods have precedence over keys. */
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

    /** Returns an item; keys have precedence over methods. */
    static @Nullable Object item(@Nullable Object value, @Nullable Object index, Budget budget) {
        if (value instanceof Undefined undefined) {
            throw JinjaException.undefined(undefined);
        }
        if (value instanceof Map<?, ?> map
                && Keys.isHashable(index)
                && map.containsKey(Keys.sought(index, map, budget))) {
            return map.get(index);
        }
        if (value instanceof List<?> list && index instanceof Long at) {
            long from0 = at < 0 ? at + list.size() : at;
            return from0 >= 0 && from0 < list.size() ? list.get((int) from0) : missing(value, index);
        }
        if (value instanceof String text && index instanceof Long at) {
            long from0 = at < 0 ? at + Operators.length(text, budget) : at;
            return character(text, from0, budget);
        }
        return index instanceof String name ? attribute(value, name) : missing(value, index);
    }

    private static Undefined missing(@Nullable Object value, @Nullable Object index) {
        return value == null
                ? new Undefined("'None' has no attribute '" + PythonText.shown(index) + "'")
                : Undefined.attribute(value, index == null ? "None" : index);
    }

    private static Object character(String text, long index, Budget budget) {
        if (index < 0 || index >= text.length()) {
            return missing(text, index);
        }
        budget.charge(index);
        int at = 0;
        for (long i = 0; i < index && at < text.length(); i++) {
            at += Character.charCount(text.codePointAt(at));
        }
        return at < text.length() ? Character.toString(text.codePointAt(at)) : missing(text, index);
    }

    /** Returns a slice; a null bound is the beginning or the end, a null step is 1. */
    static Object slice(
            @Nullable Object value, @Nullable Object from, @Nullable Object to, @Nullable Object step, Budget budget) {
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
        Range range = Range.of((int) Operators.length(value, budget), from, to, stride);
        return value instanceof String text ? text(text, range, budget) : list((List<?>) value, range, budget);
    }

    private static Object list(List<?> list, Range range, Budget budget) {
        budget.list(range.count());
        List<@Nullable Object> slice = new ArrayList<>((int) range.count());
        for (long i = 0; i < range.count(); i++) {
            slice.add(list.get(range.index(i)));
        }
        return list instanceof Tuple ? new Tuple(slice) : slice;
    }

    private static String text(String text, Range range, Budget budget) {
        if (range.step() == 1) {
            int begin = text.offsetByCodePoints(0, (int) Math.min(range.start(), Operators.length(text, budget)));
            return PythonText.cut(text, begin, text.offsetByCodePoints(begin, (int) range.count()), budget);
        }
        budget.made(4L * text.length());
        budget.charge(text.length());
        int[] characters = text.codePoints().toArray();
        TextBuffer slice = new TextBuffer(budget);
        for (long i = 0; i < range.count(); i++) {
            slice.appendCodePoint(characters[range.index(i)]);
        }
        return slice.toString();
    }

    /** The indices of a slice. */
    private record Range(long start, long step, long count) {
        static Range of(int size, @Nullable Object from, @Nullable Object to, long step) {
            long lowest = step > 0 ? 0 : -1;
            long highest = step > 0 ? size : size - 1L;
            long start = from == null ? (step > 0 ? lowest : highest) : bound(from, size, lowest, highest);
            long end = to == null ? (step > 0 ? highest : lowest) : bound(to, size, lowest, highest);
            long distance = step > 0 ? end - start : start - end;
            // A step beyond the size takes one element; the smallest long has no positive counterpart.
            long stride = Math.min(size + 1L, step == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(step));
            return new Range(start, step > 0 ? stride : -stride, distance <= 0 ? 0 : (distance - 1) / stride + 1);
        }

        int index(long i) {
            return (int) (start + i * step);
        }
    }

    private static long bound(Object value, int size, long lowest, long highest) {
        long bound = Operators.whole(value);
        return Math.max(lowest, Math.min(highest, bound < 0 ? bound + size : bound));
    }
}
