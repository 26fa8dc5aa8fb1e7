package dev.weir.workflow.graph;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.component.Results;
import dev.weir.json.MemoryEstimate;
import dev.weir.stream.Chunks;
import dev.weir.stream.SourceReading;
import dev.weir.stream.Tasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects streams into values: texts and bytes are concatenated, other chunks become a list. The sum of all that one
 * collector takes is bounded. A stream that exceeds the bound is closed, which stops its producer. Used by one task at a
 * time.
 */
public final class StreamCollector {
    private final int maxBytes;
    private final Tasks tasks;
    private long bytes;

    /** Receives the value of a stream, or the failure in its place. */
    @FunctionalInterface
    public interface Whole extends BiConsumer<Output.@Nullable Value, @Nullable WeirException> {}

    /**
     * Creates a collector that has taken nothing.
     *
     * @param maxBytes the largest sum of taken bytes, by {@link MemoryEstimate}
     * @param tasks read the streams
     */
    public StreamCollector(int maxBytes, Tasks tasks) {
        this.maxBytes = maxBytes;
        this.tasks = tasks;
    }

    /**
     * Gives {@code output} as a value when its stream has ended. A value is given at once, as it is and regardless of its
     * size.
     *
     * @param whole called once, for a stream in a task: with the value, the stream's failure or
     *     {@link ErrorCode#OUTPUT_TOO_LARGE}
     */
    public void whole(Output output, Whole whole) {
        if (output instanceof Output.Value value) {
            whole.accept(value, null);
            return;
        }
        Output.Streamed streamed = (Output.Streamed) output;
        List<Object> chunks = new ArrayList<>();
        CompletionStage<Void> read = SourceReading.readAll(
                streamed.chunks(),
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
                    value = new Output.Value(Chunks.joined(chunks), Optional.empty(), streamed.summary());
                } catch (RuntimeException | Error e) {
                    why = WeirException.of(e);
                }
            }
            whole.accept(value, why);
        });
    }

    /**
     * Adds a value to the sum.
     *
     * @throws WeirException {@link ErrorCode#OUTPUT_TOO_LARGE} if the sum exceeds the bound
     */
    public void take(@Nullable Object value) {
        bytes += MemoryEstimate.bytes(value);
        if (bytes > maxBytes) {
            throw Results.tooLarge(maxBytes);
        }
    }
}
