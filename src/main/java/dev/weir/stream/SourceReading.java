package dev.weir.stream;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream on task threads, one chunk after the other. No thread waits between chunks. Thread-safe.
 *
 * <p>After a number of chunks the task is handed over again, so that other tasks run between.
 */
public final class SourceReading {
    private static final int CHUNKS_A_TURN = 64;

    private final ChunkSource source;
    private final ChunkSource.ChunkReader reader;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final SerialTask turn;
    private boolean ended;

    private SourceReading(ChunkSource source, ChunkSource.ChunkReader reader, Tasks tasks) {
        this.source = source;
        this.reader = reader;
        this.turn = new SerialTask(tasks, this::read, refusal -> end(Tasks.refusal(refusal)));
    }

    /**
     * Hands every chunk to {@code reader} until the stream ends or the reader returns false, then closes the source. The
     * reader runs on task threads, never twice at the same time.
     *
     * @return completes on a task's thread when the source is closed, with the failure of the stream or the reader if
     *     there is one; if no thread can be had, on the thread that provided the chunk
     */
    public static CompletableFuture<Void> readAll(ChunkSource source, ChunkSource.ChunkReader reader, Tasks tasks) {
        SourceReading reading = new SourceReading(source, reader, tasks);
        reading.turn.signal();
        return reading.end;
    }

    private void read() {
        try {
            for (int chunks = 0; !ended; chunks++) {
                if (chunks == CHUNKS_A_TURN) {
                    turn.signal();
                    return;
                }
                Received received = source.poll(turn::signal);
                if (received == null) {
                    return;
                }
                take(received);
            }
        } catch (RuntimeException | Error e) {
            end(e);
        }
    }

    private void take(Received received) {
        if (received instanceof Received.Failed failed) {
            end(failed.cause());
        } else if (!(received instanceof Received.Chunk chunk) || !reader.read(chunk.value())) {
            end(null);
        }
    }

    private void end(@Nullable Throwable failure) {
        ended = true;
        try {
            source.close();
        } finally {
            Continuations.complete(end, null, failure);
        }
    }
}
