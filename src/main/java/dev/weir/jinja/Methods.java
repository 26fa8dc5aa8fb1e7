package dev.weir.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods of Python's mappings and lists that change nothing; {@link TextMethods} has those of strings. */
final class Methods {
    static final Registry<Method<Map<?, ?>>> OF_MAPS = new Registry<Method<Map<?, ?>>>()
            .add(Methods::get, "get")
            .add((map, a) -> items(map, a.budget()), "items")
            .add((map, a) -> listed(map.keySet(), a.budget()), "keys")
            .add((map, a) -> listed(map.values(), a.budget()), "values");

    static final Registry<Method<List<?>>> OF_LISTS = new Registry<Method<List<?>>>()
            .add((list, a) -> index(list, a.require(0, "value"), a.budget()), "index")
            .add((list, a) -> count(list, a.require(0, "value"), a.budget()), "count")
            .add((list, a) -> refused(), "append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");

    private static final int PAIR_BYTES = 64;

    private Methods() {}

    /** Returns the method of that name, bound to {@code value}; null if there is none. */
    static @Nullable JinjaFunction find(@Nullable Object value, String name) {
        if (value instanceof String text) {
            return bound(TextMethods.ALL, text, name);
        }
        if (value instanceof Map<?, ?> map) {
            return bound(OF_MAPS, map, name);
        }
        return value instanceof List<?> list ? bound(OF_LISTS, list, name) : null;
    }

    private static <T> @Nullable JinjaFunction bound(Registry<Method<T>> methods, T owner, String name) {
        Method<T> method = methods.find(name);
        return method == null ? null : arguments -> method.call(owner, arguments);
    }

    private static @Nullable Object get(Map<?, ?> map, Arguments arguments) {
        Object key = Keys.sought(arguments.require(0, "key"), map, arguments.budget());
        return map.containsKey(key) ? map.get(key) : arguments.get(1, "default", null);
    }

    private static List<@Nullable Object> listed(Collection<?> values, Budget budget) {
        budget.list(values.size());
        return new ArrayList<>(values);
    }

    static List<@Nullable Object> items(Map<?, ?> map, Budget budget) {
        budget.list(map.size());
        budget.made((long) PAIR_BYTES * map.size());
        List<@Nullable Object> items = new ArrayList<>();
        map.forEach((key, value) -> items.add(new Tuple(Arrays.asList(key, value))));
        return items;
    }

    private static Object refused() {
        throw new JinjaException("a template may not change a list");
    }

    private static Object index(List<?> list, @Nullable Object value, Budget budget) {
        for (int i = 0; i < list.size(); i++) {
            if (Operators.areEqual(list.get(i), value, budget)) {
                return (long) i;
            }
        }
        throw JinjaException.type(PythonText.shown(value) + " is not in list");
    }

    private static Object count(List<?> list, @Nullable Object value, Budget budget) {
        long count = 0;
        for (Object element : list) {
            count += Operators.areEqual(element, value, budget) ? 1 : 0;
        }
        return count;
    }
}
