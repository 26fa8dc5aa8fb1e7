package dev.weir.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods of Python's mappings and lists that change nothing; {@link TextMethods} has those of its texts. */
final class Methods {
    private Methods() {}

    /** The method of that name, bound to {@code value}; null if it has none. */
    static @Nullable JinjaFunction find(@Nullable Object value, String name) {
        if (value instanceof String text) {
            return TextMethods.find(text, name);
        }
        if (value instanceof Map<?, ?> map) {
            return ofMap(map, name);
        }
        return value instanceof List<?> list ? ofList(list, name) : null;
    }

    private static @Nullable JinjaFunction ofMap(Map<?, ?> map, String name) {
        return switch (name) {
            case "get" ->
                arguments -> {
                    Object key = arguments.require(0, "key");
                    return map.containsKey(key) ? map.get(key) : arguments.get(1, "default", null);
                };
            case "items" -> arguments -> items(map);
            case "keys" -> arguments -> new ArrayList<@Nullable Object>(map.keySet());
            case "values" -> arguments -> new ArrayList<@Nullable Object>(map.values());
            default -> null;
        };
    }

    static List<@Nullable Object> items(Map<?, ?> map) {
        List<@Nullable Object> items = new ArrayList<>();
        map.forEach((key, value) -> items.add(new Tuple(Arrays.asList(key, value))));
        return items;
    }

    private static @Nullable JinjaFunction ofList(List<?> list, String name) {
        return switch (name) {
            case "index" -> arguments -> index(list, arguments.require(0, "value"));
            case "count" -> {
                JinjaFunction count = arguments -> list.stream()
                        .filter(element -> Operators.areEqual(element, arguments.require(0, "value")))
                        .count();
                yield count;
            }
            case "append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort" -> {
                JinjaFunction refused = arguments -> {
                    throw new JinjaException("a template may not change a list: '" + name + "' is not allowed");
                };
                yield refused;
            }
            default -> null;
        };
    }

    private static Object index(List<?> list, @Nullable Object value) {
        for (int i = 0; i < list.size(); i++) {
            if (Operators.areEqual(list.get(i), value)) {
                return (long) i;
            }
        }
        throw JinjaException.type(PythonText.repr(value) + " is not in list");
    }
}
