package dev.weir.jinja;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call: positional and named values.
 *
 * @param budget charged for the work of the call
 */
public record Arguments(Budget budget, List<@Nullable Object> positional, Map<String, @Nullable Object> named) {
    public Arguments {
        positional = Collections.unmodifiableList(positional);
        named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
    }

    /** Returns true if there is a value at that position or of that name. */
    boolean has(int position, String name) {
        return position < positional.size() || named.containsKey(name);
    }

    /** Returns the value at that position or of that name, otherwise {@code absent}. */
    public @Nullable Object get(int position, String name, @Nullable Object absent) {
        if (position < positional.size()) {
            return positional.get(position);
        }
        return named.containsKey(name) ? named.get(name) : absent;
    }

    @Nullable
    Object require(int position, String name) {
        if (!has(position, name)) {
            throw JinjaException.type("missing argument '" + name + "'");
        }
        return get(position, name, null);
    }

    /** Returns the value as Python's {@code str}; {@code absent} if it is missing or None. */
    public @Nullable String text(int position, String name, @Nullable String absent) {
        Object value = get(position, name, null);
        return value == null ? absent : PythonText.of(value, budget);
    }

    /** Returns the value as Python's {@code str}; fails if it is missing. */
    String requireText(int position, String name) {
        return PythonText.of(require(position, name), budget);
    }

    int whole(int position, String name, int absent) {
        Object value = get(position, name, null);
        if (value == null) {
            return absent;
        }
        long whole = Operators.whole(value);
        if (whole != (int) whole) {
            throw JinjaException.type("'" + name + "' is out of range (at most " + Integer.MAX_VALUE + ")");
        }
        return (int) whole;
    }

    boolean flag(int position, String name, boolean absent) {
        return has(position, name) ? Operators.isTrue(get(position, name, null)) : absent;
    }

    /** Returns the arguments without the first positional value. */
    Arguments rest() {
        return new Arguments(budget, positional.subList(Math.min(1, positional.size()), positional.size()), named);
    }
}
