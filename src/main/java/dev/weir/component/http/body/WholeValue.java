package dev.weir.component.http.body;

import org.jspecify.annotations.Nullable;

/**
 * The value of a body that was read as a whole.
 *
 * @param value a JSON value, text or {@code byte[]}; null for an empty JSON body
 */
public record WholeValue(@Nullable Object value) {}
