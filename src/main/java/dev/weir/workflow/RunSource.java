package dev.weir.workflow;

import dev.weir.WeirException;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The chunks of a streaming run; what its reader sees last is how the run ends. */
final class RunSource implements ChunkSource {
    private final Run run;
    private final ChunkSource chunks;

    RunSource(Run run, ChunkSource chunks) {
        this.run = run;
        this.chunks = chunks;
        run.streams();
        run.cancellation().onCancel(chunks::close);
    }

    @Override
    public Received take() throws InterruptedException {
        try {
            // What is ready may be handed out without a look at it.
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return seen(chunks.take());
        } catch (InterruptedException e) {
            throw ending(e);
        }
    }

    @Override
    public @Nullable Received poll() {
        Received received = chunks.poll();
        return received == null ? null : seen(received);
    }

    @Override
    public @Nullable Received poll(Runnable whenReadable) {
        Received received = chunks.poll(whenReadable);
        return received == null ? null : seen(received);
    }

    @Override
    public @Nullable Received poll(Duration timeout) throws InterruptedException {
        try {
            Received received = chunks.poll(timeout);
            return received == null ? null : seen(received);
        } catch (InterruptedException e) {
            throw ending(e);
        }
    }

    /** The thread that reads ends with the server: the client has not gone by itself. */
    private InterruptedException ending(InterruptedException interrupt) {
        run.fail(WeirException.shuttingDown(interrupt));
        return interrupt;
    }

    private Received seen(Received received) {
        if (received instanceof Received.Chunk chunk) {
            run.happened(chunk.value());
        } else if (received instanceof Received.Completed) {
            run.complete(null);
        } else if (received instanceof Received.Failed failed) {
            run.fail(failed.cause());
            return new Received.Failed(run.told(failed.cause()));
        }
        return received;
    }

    @Override
    public void close() {
        run.cancel("client disconnected");
        chunks.close();
    }
}
