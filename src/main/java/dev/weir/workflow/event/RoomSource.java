package dev.weir.workflow.event;

import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import org.jspecify.annotations.Nullable;

/** A run's chunks, of which the next comes only when the run's log has room for it. */
public record RoomSource(ChunkSource chunks, EventLog log, int ahead) implements ChunkSource {
    @Override
    public @Nullable Received poll(Runnable whenReadable) {
        return log.hasRoom(ahead, whenReadable) ? chunks.poll(whenReadable) : null;
    }

    @Override
    public void close() {
        chunks.close();
    }
}
