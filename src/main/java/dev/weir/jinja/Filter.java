package dev.weir.jinja;

import org.jspecify.annotations.Nullable;

/** A filter, the name after a {@code |}. */
@FunctionalInterface
interface Filter {
    /**
     * Returns the filtered value.
     *
     * @param arguments the arguments without the value
     */
    @Nullable
    Object apply(@Nullable Object value, Arguments arguments);

    /**
     * Returns the filter of that name.
     *
     * @throws JinjaException if there is none
     */
    static Filter named(String name) {
        Filter filter = find(name);
        if (filter == null) {
            throw new JinjaException("no filter named '" + PythonText.shown(name) + "'");
        }
        return filter;
    }

    /** Returns the filter of that name; null if there is none. */
    static @Nullable Filter find(String name) {
        Filter filter = TextFilters.ALL.find(name);
        return filter == null ? ListFilters.ALL.find(name) : filter;
    }
}
