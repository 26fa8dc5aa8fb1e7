package dev.weir.jinja;

import org.jspecify.annotations.Nullable;

/** A function that a template can call. It may throw a {@link dev.weir.WeirException}, which ends the rendering. */
@FunctionalInterface
public interface JinjaFunction {
    @Nullable
    Object call(Arguments arguments);
}
