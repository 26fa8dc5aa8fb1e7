package dev.weir.component.http.body;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body that begins like an event stream although its content type is a different one. Its bytes are held until a
 * line of data arrives. If the body or its first 64 KiB have no such line, all bytes go to another decoder.
 */
final class SniffedEventsDecoder implements BodyDecoder {
    private static final int MOST_BYTES = 64 * 1024;

    /** The failures of a body that is not an event stream. */
    private static final Set<ErrorCode> NO_EVENTS =
            Set.of(ErrorCode.UPSTREAM_MALFORMED, ErrorCode.UPSTREAM_TRUNCATED, ErrorCode.UPSTREAM_TOO_LARGE);

    private final EventStreamDecoder events;
    private final Supplier<BodyDecoder> otherwise;
    /** The number of first bytes that do not belong to the event stream. */
    private int skipped;

    private final HeldBytes held = new HeldBytes();
    private @Nullable BodyDecoder chosen;
    private boolean ended;
    private boolean closed;

    /**
     * Makes a decoder of one body.
     *
     * @param skipped the number of bytes of the first piece that the event stream does not get
     * @param otherwise makes the decoder for a body without data lines
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
