package dev.weir.jinja;

import org.jspecify.annotations.Nullable;

/** A value of the template language that has attributes: a loop or a namespace. */
interface Attributed {
    /** Returns the attribute; {@link Undefined} if there is none of that name. */
    @Nullable
    Object attribute(String name);
}
