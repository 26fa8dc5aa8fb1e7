package dev.weir.jinja;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Operations of the language by name; filled once and only read afterwards. */
final class Registry<T> {
    private final Map<String, T> operations = new LinkedHashMap<>();

    Registry<T> add(T operation, String... names) {
        for (String name : names) {
            operations.put(name, operation);
        }
        return this;
    }

    /** Returns the operation of that name; null if there is none. */
    @Nullable
    T find(String name) {
        return operations.get(name);
    }

    Set<String> names() {
        return Collections.unmodifiableSet(operations.keySet());
    }
}
