package dev.weir.binding;

import org.jspecify.annotations.Nullable;

/** Turns a value into what {@code as} asks for. */
@FunctionalInterface
interface Conversion {

    /**
     * The converted value; {@code value} is not null, the result may be.
     *
     * @throws IllegalArgumentException if it cannot be done; a message, where there is one, tells why
     */
    @Nullable
    Object apply(Object value);
}
