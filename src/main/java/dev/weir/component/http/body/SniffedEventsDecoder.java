package dev.weir.component.http.body;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A body that begins as an event stream does although its type says nothing of events. Until a line of data has come its bytes
 * are held; where none comes, in the body or in the first 64 KiB, all of it is given to another decoder.
 */
final class SniffedEventsDecoder implements BodyDecoder {
    private static final int MOST_BYTES = 64 * 1024;

    /** How a body fails that is no event stream after all. */
    private static final Set<ErrorCode> NO_EVENTS =
            Set.of(ErrorCode.UPSTREAM_MALFORMED, ErrorCode.UPSTREAM_TRUNCATED, ErrorCode.UPSTREAM_TOO_LARGE);

    private final EventStreamDecoder events;
    private final Supplier<BodyDecoder> otherwise;
    /** How many bytes in front are no part of the event stream. */
    private int skipped;

    private final HeldBytes held = new HeldBytes();
    private @Nullable BodyDecoder chosen;
    private boolean ended;
    private boolean closed;

    /**
     * @param skipped how many bytes of the first piece the event stream does not get
     * @param otherwise makes the decoder of a body without data
     */
    SniffedEventsDecoder(EventStreamDecoder events, int skipped, Supplier<BodyDecoder> otherwise) {
        this.events = events;
        this.skipped = skipped;
        this.otherwise = otherwise;
    }

    @Override
    public void add(ByteBuffer piece) {
        BodyDecoder decoder = chosen;
        if (decoder != null) {
            decoder.add(piece);
            return;
        }
        held.add(piece.duplicate());
        events.add(piece.slice(piece.position() + skipped, piece.remaining() - skipped));
        piece.position(piece.limit());
        skipped = 0;
    }

    @Override
    public @Nullable Object next() {
        if (closed) {
            return null;
        }
        BodyDecoder decoder = chosen;
        return decoder == null ? choose() : decoder.next();
    }

    private @Nullable Object choose() {
        Object payload;
        try {
            payload = events.next();
        } catch (WeirException e) {
            if (events.hasData() || !NO_EVENTS.contains(e.code())) {
                throw e;
            }
            return other().next();
        }
        if (events.hasData()) {
            chosen = events;
            held.array = new byte[0];
            return payload;
        }
        return ended || held.length() > MOST_BYTES ? other().next() : null;
    }

    private BodyDecoder other() {
        BodyDecoder decoder = otherwise.get();
        chosen = decoder;
        decoder.add(ByteBuffer.wrap(held.array, held.start, held.length()));
        held.array = new byte[0];
        if (ended) {
            decoder.end();
        }
        return decoder;
    }

    @Override
    public boolean isDone() {
        BodyDecoder decoder = chosen;
        return decoder != null && decoder.isDone();
    }

    @Override
    public void end() {
        ended = true;
        BodyDecoder decoder = chosen;
        if (decoder == null) {
            events.end();
        } else {
            decoder.end();
        }
    }

    @Override
    public void close() {
        closed = true;
        events.close();
        BodyDecoder decoder = chosen;
        if (decoder != null) {
            decoder.close();
        }
    }
}
