package dev.weir.component;

import dev.weir.binding.Scope;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.stream.ChunkSource;
import org.jspecify.annotations.Nullable;

/**
 * Renders the {@code output} of an action whose source is {@code result}. Both {@code result} and {@code result[]} give the
 * result, with and without streaming. Stateless.
 */
public final class Results {
    private Results() {}

    /** Returns the stream with each chunk rendered; the stream itself if {@code output} is null. */
    public static ChunkSource shaped(ChunkSource chunks, @Nullable Template output, Scope scope) {
        return output == null ? chunks : chunks.map(chunk -> output.render(resultIn(scope, chunk)));
    }

    /** Returns the rendered result; the result itself if {@code output} is null. */
    public static @Nullable Object shaped(@Nullable Object result, @Nullable Template output, Scope scope) {
        return output == null ? result : output.render(resultIn(scope, result));
    }

    private static Scope resultIn(Scope scope, @Nullable Object result) {
        return (source, name) ->
                source == Source.RESULT || source == Source.RESULT_CHUNK ? result : scope.value(source, name);
    }
}
