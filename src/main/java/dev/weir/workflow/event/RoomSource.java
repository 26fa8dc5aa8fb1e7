package dev.weir.workflow.event;

import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import org.jspecify.annotations.Nullable;

/**
 * A run's chunks at the pace of the readers of its log: no chunk is polled while the log has no room.
 *
 * @param ahead the most events that a holding reader may have unread
 */
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
