package dev.weir.jinja;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The value of {@code namespace(…)}. Only its attributes can be set by a template, also from within loops. */
final class Namespace implements Attributed {
    private final Map<String, @Nullable Object> attributes;

    Namespace(Map<String, @Nullable Object> attributes) {
        this.attributes = new LinkedHashMap<>(attributes);
    }

    @Override
    public @Nullable Object attribute(String name) {
        return attributes.containsKey(name) ? attributes.get(name) : Undefined.attribute(this, name);
    }

    void set(String name, @Nullable Object value) {
        attributes.put(name, value);
    }
}
