package dev.weir.component.http.body;

import dev.weir.component.http.error.UpstreamErrors;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a body as one payload. */
final class WholeDecoder implements BodyDecoder {
    private final int maxBytes;
    private final Function<byte[], @Nullable Object> reading;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean tooLong;
    private boolean ended;
    private boolean finished;

    /**
     * Makes a decoder of one body.
     *
     * @param reading makes the payload of the whole body; it returns null for no payload
     */
    WholeDecoder(int maxBytes, Function<byte[], @Nullable Object> reading) {
        this.maxBytes = maxBytes;
        this.reading = reading;
    }

    @Override
    public void add(ByteBuffer piece) {
        tooLong = piece.remaining() > maxBytes - body.size();
        if (!tooLong) {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            body.writeBytes(bytes);
        }
    }

    @Override
    public @Nullable Object next() {
        if (tooLong) {
            throw UpstreamErrors.tooLong("answer", "weir.http.max-answer", maxBytes);
        }
        if (!ended || finished) {
            return null;
        }
        finished = true;
        byte[] whole = body.toByteArray();
        body.reset();
        return reading.apply(whole);
    }

    @Override
    public boolean isDone() {
        return false;
    }

    @Override
    public void end() {
        ended = true;
    }

    @Override
    public void close() {
        finished = true;
        body.reset();
    }
}
