package dev.weir.stream;

import org.jspecify.annotations.Nullable;

/**
 * A chunk with its number in its stream.
 *
 * @param number counted from 1
 * @param value the chunk; null only for a run with an output that is null
 */
public record Numbered(long number, @Nullable Object value) {}
