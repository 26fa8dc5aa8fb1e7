package dev.weir.component;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Template;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Content;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Renders the {@code output} of an action whose source is {@code result}. {@code result}, {@code result[]} and
 * {@code output} give the result, with and without streaming. Stateless.
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

    /** Returns an output rendered whole or chunk by chunk; the output itself if {@code output} is null. */
    public static Output shaped(Output given, @Nullable Template output, Scope scope) {
        if (output == null) {
            return given;
        }
        if (given instanceof Output.Value value) {
            Object shaped = shaped(value.value(), output, scope);
            return new Output.Value(
                    shaped, shaped == value.value() ? value.content() : Optional.empty(), value.summary());
        }
        Output.Streamed streamed = (Output.Streamed) given;
        return new Output.Streamed(
                shaped(streamed.chunks(), output, scope),
                streamed.content().map(Content::withoutLength),
                streamed.summary());
    }

    /**
     * The failure of an output beyond its limit.
     *
     * @param maxBytes the limit in bytes, {@code weir.task.max-output}
     */
    public static WeirException tooLarge(long maxBytes) {
        return new WeirException(
                ErrorCode.OUTPUT_TOO_LARGE,
                "the output is too large (at most " + maxBytes + " bytes, weir.task.max-output)");
    }

    private static Scope resultIn(Scope scope, @Nullable Object result) {
        return (source, name) -> switch (source) {
            case RESULT, RESULT_CHUNK, OUTPUT -> result;
            default -> scope.value(source, name);
        };
    }
}
