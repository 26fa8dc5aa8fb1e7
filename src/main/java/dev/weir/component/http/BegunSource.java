package dev.weir.component.http;

import dev.weir.component.Output;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A stream whose first chunk is there already, and is handed out again. */
final class BegunSource implements ChunkSource {
    private final ChunkSource rest;
    private @Nullable Received first;

    private BegunSource(Received first, ChunkSource rest) {
        this.first = first;
        this.rest = rest;
    }

    /**
     * {@code output} once its first chunk or its end is there.
     *
     * @throws dev.weir.WeirException the failure that it begins with
     */
    static Output.Streamed begun(Output.Streamed output) throws InterruptedException {
        Received first;
        try {
            first = output.chunks().take();
        } catch (InterruptedException e) {
            output.chunks().close();
            throw e;
        }
        if (first instanceof Received.Failed failed) {
            output.chunks().close();
            throw failed.cause();
        }
        return new Output.Streamed(new BegunSource(first, output.chunks()), output.content());
    }

    private @Nullable Received first() {
        Received begun = first;
        first = null;
        return begun;
    }

    @Override
    public Received take() throws InterruptedException {
        Received begun = first();
        return begun == null ? rest.take() : begun;
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
    public @Nullable Received poll(Duration timeout) throws InterruptedException {
        Received begun = first();
        return begun == null ? rest.poll(timeout) : begun;
    }

    @Override
    public void close() {
        rest.close();
    }
}
