package dev.weir.component.http.body;

import org.jspecify.annotations.Nullable;

/**
 * What a body is that was read as a whole.
 *
 * @param value JSON values, text, or {@code byte[]}; null for an empty body of JSON
 */
public record WholeValue(@Nullable Object value) {}
