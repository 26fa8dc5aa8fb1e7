package dev.weir.component;

import dev.weir.WeirException;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Continuations;
import dev.weir.stream.Received;
import dev.weir.stream.Summary;
import dev.weir.telemetry.CallMeter;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Outputs that tell the meter of their call the chunks and the end. Stateless. */
public final class MeasuredOutput {
    private static final String CANCELLED = "cancelled";

    private MeasuredOutput() {}

    /** Returns {@code output}; its end is the end of the call. Unchanged if the call is not described. */
    public static Output of(Output output, CallMeter meter) {
        if (!meter.isDescribed()) {
            return output;
        }
        if (output instanceof Output.Streamed streamed) {
            return new Output.Streamed(
                    new Source(streamed.chunks(), streamed.summary(), meter), streamed.content(), streamed.summary());
        }
        end(meter, "", output.summary());
        return output;
    }

    /** Ends a call that gave no output. */
    public static void failed(CallMeter meter, Throwable failure) {
        WeirException cause = WeirException.of(Continuations.cause(failure));
        meter.end(cause.code().slug(), OptionalInt.empty(), OptionalInt.empty());
    }

    private static void end(CallMeter meter, String error, Summary summary) {
        meter.end(error, summary.promptTokens(), summary.completionTokens());
    }

    private record Source(ChunkSource chunks, Summary summary, CallMeter meter) implements ChunkSource {
        @Override
        public @Nullable Received poll(Runnable whenReadable) {
            Received received = chunks.poll(whenReadable);
            if (received instanceof Received.Chunk) {
                meter.chunk();
            } else if (received instanceof Received.Completed) {
                end(meter, "", summary);
            } else if (received instanceof Received.Failed failed) {
                end(meter, failed.cause().code().slug(), summary);
            }
            return received;
        }

        @Override
        public void close() {
            try {
                chunks.close();
            } finally {
                end(meter, CANCELLED, summary);
            }
        }
    }
}
