package dev.weir.component.http;

import dev.weir.component.Output;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import dev.weir.stream.SerialTask;
import dev.weir.stream.Tasks;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A stream with its first chunk read ahead. The first poll gives that chunk. */
final class BegunSource implements ChunkSource {
    private final ChunkSource rest;
    private @Nullable Received first;

    private BegunSource(Received first, ChunkSource rest) {
        this.first = first;
        this.rest = rest;
    }

    /**
     * {@code output} once its first chunk or its end is available. The future completes on a task thread. If the stream
     * begins with a failure, the future fails with it.
     */
    static CompletableFuture<Output> begun(Output.Streamed output, Tasks tasks) {
        return new Beginning(output, tasks).begin();
    }

    /** Waits for the first chunk or the end. */
    private static final class Beginning {
        private final Output.Streamed output;
        private final CompletableFuture<Output> result = new CompletableFuture<>();
        private final SerialTask turn;
        private boolean ended;

        Beginning(Output.Streamed output, Tasks tasks) {
            this.output = output;
            this.turn = new SerialTask(tasks, this::look, refusal -> fail(Tasks.refusal(refusal)));
        }

        CompletableFuture<Output> begin() {
            turn.signal();
            return result;
        }

        private void look() {
            try {
                Received first = ended ? null : output.chunks().poll(turn::signal);
                if (first instanceof Received.Failed failed) {
                    fail(failed.cause());
                } else if (first != null) {
                    ended = true;
                    result.complete(new Output.Streamed(
                            new BegunSource(first, output.chunks()), output.content(), output.summary()));
                }
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }

        private void fail(Throwable failure) {
            ended = true;
            try {
                output.chunks().close();
            } finally {
                result.completeExceptionally(failure);
            }
        }
    }

    private @Nullable Received first() {
        Received begun = first;
        first = null;
        return begun;
    }

    @Override
    public @Nullable Received poll() {
        Received begun = first();
        return begun == null ? rest.poll() : begun;
    }

    @Override
    public @Nullable Received poll(Runnable whenReadable) {
        Received begun = first();
        return begun == null ? rest.poll(whenReadable) : begun;
    }

    @Override
    public void close() {
        rest.close();
    }
}
