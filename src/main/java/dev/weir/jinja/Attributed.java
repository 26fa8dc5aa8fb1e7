package dev.weir.jinja;

import org.jspecify.annotations.Nullable;

/** A value of the language's own that has attributes: a loop, a namespace. */
interface Attributed {
    /** The attribute, {@link Undefined} if there is none of that name. */
    @Nullable
    Object attribute(String name);
}
