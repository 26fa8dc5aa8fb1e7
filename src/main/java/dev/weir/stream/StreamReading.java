package dev.weir.stream;

import dev.weir.WeirException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream to its end in tasks: a task takes what is there, and the next one runs when more has come. The source is closed in
 * the end.
 */
public final class StreamReading {
    /** After so many chunks in a row other tasks have their turn. */
    private static final int MOST_CHUNKS = 64;

    private final ChunkSource source;
    private final ChunkSource.ChunkReader reader;
    private final Consumer<@Nullable WeirException> whenOver;
    private final SerialTask turn;
    private boolean over;

    private StreamReading(
            ChunkSource source,
            Tasks tasks,
            ChunkSource.ChunkReader reader,
            Consumer<@Nullable WeirException> whenOver) {
        this.source = source;
        this.reader = reader;
        this.whenOver = whenOver;
        this.turn = new SerialTask(tasks, this::advance, refusal -> end(WeirException.shuttingDown(refusal)));
    }

    /**
     * Hands every chunk to {@code reader} until the stream's end or until it has enough.
     *
     * @param reader runs in a task; what it throws ends the reading
     * @param whenOver run once, in a task or where none can be had; takes the failure, or null at the end
     */
    public static void readAll(
            ChunkSource source,
            Tasks tasks,
            ChunkSource.ChunkReader reader,
            Consumer<@Nullable WeirException> whenOver) {
        new StreamReading(source, tasks, reader, whenOver).turn.signal();
    }

    private void advance() {
        for (int chunks = 0; !over; chunks++) {
            if (chunks == MOST_CHUNKS) {
                turn.signal();
                return;
            }
            try {
                Received received = source.poll(turn::signal);
                if (received == null) {
                    return;
                }
                read(received);
            } catch (RuntimeException | Error e) {
                end(WeirException.of(e));
            }
        }
    }

    private void read(Received received) {
        if (received instanceof Received.Failed failed) {
            end(failed.cause());
        } else if (!(received instanceof Received.Chunk chunk) || !reader.read(chunk.value())) {
            end(null);
        }
    }

    private void end(@Nullable WeirException failure) {
        if (over) {
            return;
        }
        over = true;
        try {
            source.close();
        } finally {
            whenOver.accept(failure);
        }
    }
}
