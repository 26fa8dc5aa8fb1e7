package dev.weir.component.text;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Values;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a text whose pieces are the chunks of another stream. A part is available with the piece that makes it certain.
 * The splitter runs on the consumer's thread. A failure of the pieces is the failure of the parts.
 */
final class SplitSource implements ChunkSource {
    /** The most pieces of one poll. Then the reader is signalled and polls again. */
    private static final int MOST_PIECES = 64;

    private final ChunkSource pieces;
    private final Splitter splitter;
    private Iterator<String> parts = Collections.emptyIterator();
    private @Nullable Received end;
    private volatile boolean closed;

    SplitSource(ChunkSource pieces, Splitter splitter) {
        this.pieces = pieces;
        this.splitter = splitter;
    }

    @Override
    public @Nullable Received poll(Runnable whenReadable) {
        try {
            for (int read = 0; read < MOST_PIECES; read++) {
                if (closed && !(end instanceof Received.Completed && !parts.hasNext())) {
                    return failed(new WeirException(ErrorCode.CANCELLED, "the stream was closed by its reader"));
                } else if (parts.hasNext()) {
                    return new Received.Chunk(parts.next());
                } else if (end != null) {
                    return end;
                } else if (!take(pieces.poll(whenReadable))) {
                    return null;
                }
            }
        } catch (RuntimeException e) {
            pieces.close();
            return failed(WeirException.of(e));
        }
        whenReadable.run();
        return null;
    }

    /** Takes what a poll of the pieces gave. False if it gave nothing. */
    private boolean take(@Nullable Received received) {
        if (received instanceof Received.Chunk chunk) {
            parts = splitter.add(piece(chunk.value())).iterator();
        } else if (received instanceof Received.Completed) {
            parts = splitter.end().iterator();
            end = received;
        } else if (received != null) {
            end = received;
        }
        return received != null;
    }

    private static String piece(Object chunk) {
        if (chunk instanceof byte[]) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "text must be text, was bytes: set stream_format: text where they come from");
        }
        return Values.text(chunk);
    }

    private Received failed(WeirException cause) {
        parts = Collections.emptyIterator();
        if (!(end instanceof Received.Failed)) {
            end = new Received.Failed(cause);
        }
        return end;
    }

    @Override
    public void close() {
        closed = true;
        pieces.close();
    }
}
