package dev.weir.binding;

import org.jspecify.annotations.Nullable;

/**
 * The values of the sources of expressions while a template is rendered.
 *
 * <p>Values are plain: null, Boolean, Number (Integer, Long, BigInteger, BigDecimal, Double), String, List, Map with String
 * keys, {@code byte[]}.
 */
@FunctionalInterface
public interface Scope {

    /**
     * The value of a source, null where it has none.
     *
     * @param name the job's id for {@link Source#JOB_OUTPUT}, the variable's name for {@link Source#ENV}, otherwise null
     */
    @Nullable
    Object value(Source source, @Nullable String name);

    /** This scope with {@code chunk} as the current chunk, for both {@code response[]} and {@code result[]}. */
    default Scope withChunk(@Nullable Object chunk) {
        return (source, name) -> source.isChunk() ? chunk : value(source, name);
    }
}
