package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes streams as values: texts are concatenated, bytes too, anything else becomes a list. What one of these has taken
 * altogether is bounded; a stream that goes beyond is closed, which stops its producer. Belongs to one thread.
 */
final class Collected {
    private final int maxBytes;
    private long bytes;

    /**
     * Nothing taken yet.
     *
     * @param maxBytes the most that may be taken, by its {@link Footprint}
     */
    Collected(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * {@code output} as a value; blocks until its stream has ended. A value stays as it is, whatever its size.
     *
     * @throws WeirException the stream's failure, or {@link ErrorCode#OUTPUT_TOO_LARGE}
     */
    Output.Value whole(Output output) throws InterruptedException {
        if (output instanceof Output.Value value) {
            return value;
        }
        List<Object> chunks = new ArrayList<>();
        ((Output.Streamed) output).chunks().readAll(chunk -> {
            take(chunk);
            return chunks.add(chunk);
        });
        return new Output.Value(joined(chunks));
    }

    /** {@link #whole}, to be kept for later: a value is bounded too. */
    Output.Value kept(Output output) throws InterruptedException {
        if (output instanceof Output.Value value) {
            take(value.value());
        }
        return whole(output);
    }

    private void take(@Nullable Object value) {
        bytes += Footprint.bytes(value);
        if (bytes > maxBytes) {
            throw new WeirException(
                    ErrorCode.OUTPUT_TOO_LARGE,
                    "the output is larger than weir.task.max-output allows, " + maxBytes + " bytes");
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
