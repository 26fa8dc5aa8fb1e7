package dev.weir.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One step of a path into a value. A step into null, or into a value of another kind, gives null. */
public sealed interface PathStep {

    /** {@code .name} or {@code ['name']}: the value of a map's key. */
    record Key(String name) implements PathStep {}

    /** {@code [3]}: an element of a list; {@code [-1]} is the last. */
    record Index(int index) implements PathStep {}

    /** {@code [*]}: every element of a list. */
    record Wildcard() implements PathStep {}

    /**
     * {@code [1:3]}: the elements of a list from one position to before another. Negative positions count from the end.
     *
     * @param from the first position; null for the beginning
     * @param to the position behind the last; null for the end
     */
    record Slice(@Nullable Integer from, @Nullable Integer to) implements PathStep {
        /** The slice as an expression has it. */
        public String written() {
            return "[" + (from == null ? "" : from) + ":" + (to == null ? "" : to) + "]";
        }

        private @Nullable Object of(@Nullable Object value) {
            if (!(value instanceof List<?> list)) {
                return null;
            }
            int first = position(from, 0, list.size());
            int end = position(to, list.size(), list.size());
            return Collections.unmodifiableList(list.subList(first, Math.max(first, end)));
        }

        private static int position(@Nullable Integer position, int otherwise, int size) {
            int given = position == null ? otherwise : position < 0 ? size + position : position;
            return Math.max(0, Math.min(given, size));
        }
    }

    /** Follows a path from a value. Null if it leads nowhere. */
    static @Nullable Object follow(@Nullable Object start, List<PathStep> steps) {
        return follow(start, steps, 0);
    }

    /** Follows {@code steps} from index {@code from} on. */
    private static @Nullable Object follow(@Nullable Object start, List<PathStep> steps, int from) {
        Object value = start;
        for (int i = from; i < steps.size() && value != null; i++) {
            PathStep step = steps.get(i);
            if (step instanceof Key key) {
                value = value instanceof Map<?, ?> map ? map.get(key.name()) : null;
            } else if (step instanceof Index index) {
                value = value instanceof List<?> list ? element(list, index.index()) : null;
            } else if (step instanceof Slice slice) {
                value = slice.of(value);
            } else {
                return value instanceof List<?> list ? collect(list, steps, i + 1) : null;
            }
        }
        return value;
    }

    private static @Nullable Object element(List<?> list, int index) {
        int position = index < 0 ? list.size() + index : index;
        return position >= 0 && position < list.size() ? list.get(position) : null;
    }

    private static List<@Nullable Object> collect(List<?> list, List<PathStep> steps, int from) {
        List<@Nullable Object> collected = new ArrayList<>(list.size());
        for (Object element : list) {
            collected.add(follow(element, steps, from));
        }
        return collected;
    }
}
