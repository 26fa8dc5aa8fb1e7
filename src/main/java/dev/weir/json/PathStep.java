package dev.weir.json;

import java.util.ArrayList;
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
