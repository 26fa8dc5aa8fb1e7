package dev.weir.workflow;

import dev.weir.component.Output;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes a stream as one value: texts are concatenated, bytes too, anything else becomes a list. */
final class Collected {
    private Collected() {}

    /** {@code output} as a value; blocks until its stream has ended, and throws its failure. */
    static Output.Value whole(Output output) throws InterruptedException {
        if (output instanceof Output.Value value) {
            return value;
        }
        List<Object> chunks = new ArrayList<>();
        ((Output.Streamed) output).chunks().readAll(chunks::add);
        return new Output.Value(joined(chunks));
    }

    private static @Nullable Object joined(List<Object> chunks) {
        if (chunks.stream().allMatch(String.class::isInstance)) {
            StringBuilder text = new StringBuilder();
            chunks.forEach(text::append);
            return text.toString();
        }
        if (chunks.stream().allMatch(byte[].class::isInstance)) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            chunks.forEach(chunk -> bytes.writeBytes((byte[]) chunk));
            return bytes.toByteArray();
        }
        return chunks;
    }
}
