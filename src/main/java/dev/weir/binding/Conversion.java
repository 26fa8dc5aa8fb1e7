package dev.weir.binding;

import org.jspecify.annotations.Nullable;

/** Converts a value to the type that {@code as} names. */
@FunctionalInterface
interface Conversion {

    /**
     * Returns the converted value, which may be null. {@code value} is not null.
     *
     * @throws IllegalArgumentException if the value cannot be converted; the message, if there is one, is the reason
     */
    @Nullable
    Object apply(Object value);
}
