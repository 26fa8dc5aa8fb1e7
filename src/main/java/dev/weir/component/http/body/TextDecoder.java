package dev.weir.component.http.body;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Plain text in UTF-8: each piece is a payload. A character that is split between pieces goes with its last byte. A byte
 * order mark is skipped.
 */
final class TextDecoder implements BodyDecoder {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer held = ByteBuffer.allocate(0);
    private boolean begun;
    private boolean ended;
    private boolean finished;

    @Override
    public void add(ByteBuffer piece) {
        held = ByteBuffer.allocate(held.remaining() + piece.remaining())
                .put(held)
                .put(piece)
                .flip();
    }

    @Override
    public @Nullable Object next() {
        if (finished || !held.hasRemaining()) {
            return null;
        }
        finished = ended;
        CharBuffer text = CharBuffer.allocate(held.remaining() + 1);
        decoder.decode(held, text, ended);
        if (ended) {
            decoder.flush(text);
        }
        text.flip();
        if (!begun && text.hasRemaining()) {
            begun = true;
            if (text.charAt(0) == BYTE_ORDER_MARK) {
                text.get();
            }
        }
        return text.hasRemaining() ? text.toString() : null;
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
    }
}
