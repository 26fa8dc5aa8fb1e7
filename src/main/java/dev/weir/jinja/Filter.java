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
        Filter filter = TextFilters.find(name);
        if (filter == null) {
            filter = ListFilters.find(name);
        }
        if (filter == null) {
            throw new JinjaException("no filter named '" + name + "'");
        }
        return filter;
    }
}
