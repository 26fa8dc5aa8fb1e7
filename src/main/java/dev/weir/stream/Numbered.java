package dev.weir.stream;

import org.jspecify.annotations.Nullable;

/**
 * A chunk with its place in its stream.
 *
 * @param number counted from 1
 * @param value the chunk; null only for a run whose whole output is null
 */
public record Numbered(long number, @Nullable Object value) {}
