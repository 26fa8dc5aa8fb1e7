package dev.weir.jinja;

import org.jspecify.annotations.Nullable;

/** A method of Python's strings, lists or mappings. */
@FunctionalInterface
interface Method<T> {
    @Nullable
    Object call(T owner, Arguments arguments);
}
