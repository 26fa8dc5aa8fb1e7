package dev.weir.jinja;

import org.jspecify.annotations.Nullable;

/** What stands behind a {@code |}. */
@FunctionalInterface
interface Filter {
    /**
     * The filtered value.
     *
     * @param arguments all but the value that is filtered
     */
    @Nullable
    Object apply(@Nullable Object value, Arguments arguments);

    /**
     * The filter of that name.
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

    /** The filter of that name; null if there is none. */
    static @Nullable Filter find(String name) {
        Filter filter = TextFilters.ALL.find(name);
        return filter == null ? ListFilters.ALL.find(name) : filter;
    }
}
