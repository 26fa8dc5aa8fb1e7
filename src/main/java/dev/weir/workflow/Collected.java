package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.stream.SourceReading;
import dev.weir.stream.Tasks;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes streams as values: texts are concatenated, bytes too, anything else becomes a list. What one of these has taken
 * altogether is bounded; a stream that goes beyond is closed, which stops its producer. Used by one task at a time.
 */
final class Collected {
    private final int maxBytes;
    private final Tasks tasks;
    private long bytes;

    /** What is told of a stream: its value, or why there is none. */
    @FunctionalInterface
    interface Whole extends BiConsumer<Output.@Nullable Value, @Nullable WeirException> {}

    /**
     * Nothing taken yet.
     *
     * @param maxBytes the most that may be taken, by its {@link Footprint}
     * @param tasks read the streams
     */
    Collected(int maxBytes, Tasks tasks) {
        this.maxBytes = maxBytes;
        this.tasks = tasks;
    }

    /**
     * Gives {@code output} as a value when its stream has ended: a value at once, as it is and whatever its size.
     *
     * @param whole told once, of a stream in a task: the value, the stream's failure or {@link ErrorCode#OUTPUT_TOO_LARGE}
     */
    void whole(Output output, Whole whole) {
        if (output instanceof Output.Value value) {
            whole.accept(value, null);
            return;
        }
        List<Object> chunks = new ArrayList<>();
        CompletionStage<Void> read = SourceReading.readAll(
                ((Output.Streamed) output).chunks(),
                chunk -> {
                    take(chunk);
                    return chunks.add(chunk);
                },
                tasks);
        read.whenComplete((nothing, failure) -> {
            Output.Value value = null;
            WeirException why = failure == null ? null : WeirException.of(failure);
            if (why == null) {
                try {
                    value = new Output.Value(joined(chunks));
                } catch (RuntimeException | Error e) {
                    why = WeirException.of(e);
                }
            }
            whole.accept(value, why);
        });
    }

    /** Counts a value that is kept as it is. */
    void take(@Nullable Object value) {
        bytes += Footprint.bytes(value);
        if (bytes > maxBytes) {
            throw new WeirException(
                    ErrorCode.OUTPUT_TOO_LARGE,
                    "the output is too large (at most " + maxBytes + " bytes, weir.task.max-output)");
        }
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
