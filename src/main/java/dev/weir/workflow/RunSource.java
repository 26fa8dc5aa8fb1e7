package dev.weir.workflow;

import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a streaming run. Each chunk is added to the run's log, and the last value ends the run. Closing the source
 * cancels the run.
 */
public final class RunSource implements ChunkSource {
    private final Run run;
    private final ChunkSource chunks;

    /** Marks the run as streaming. Its cancellation closes {@code chunks}. */
    public RunSource(Run run, ChunkSource chunks) {
        this.run = run;
        this.chunks = chunks;
        run.streams();
        run.cancellation().onCancel(chunks::close);
    }

    @Override
    public @Nullable Received poll(Runnable whenReadable) {
        Received received = chunks.poll(whenReadable);
        return received == null ? null : seen(received);
    }

    private Received seen(Received received) {
        if (received instanceof Received.Chunk chunk) {
            run.appendEvent(chunk.value());
        } else if (received instanceof Received.Completed) {
            run.complete(null);
            return run.hasCompleted() ? received : new Received.Failed(run.failure());
        } else if (received instanceof Received.Failed failed) {
            run.fail(failed.cause());
            return new Received.Failed(run.failureFor(failed.cause()));
        }
        return received;
    }

    @Override
    public void close() {
        run.cancel("client disconnected");
        chunks.close();
    }
}
